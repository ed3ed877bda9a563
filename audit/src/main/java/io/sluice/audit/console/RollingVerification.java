package io.sluice.audit.console;

import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the whole log again and again, in the background. Between two verifications passes the interval, or nine times what
 * the last one took where that is longer, so that a log of any length takes a tenth of one processor at most. One thread
 * verifies; thread-safe for the others.
 */
final class RollingVerification {
    /** The shortest time between two verifications. */
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final int SHARE = 9;

    private final LogSource source;
    private final VerifierConfig config;
    private final Clock clock;
    private volatile @Nullable Outcome last;
    private volatile Instant next;
    private volatile boolean closed;

    /**
     * What the last verification came to.
     *
     * @param at when it ended
     * @param took how long it took
     * @param verification its verdicts; null where the log could not be read
     * @param fault why not; empty where it could
     */
    record Outcome(Instant at, Duration took, @Nullable Verification verification, String fault) {}

    /** @param config whose key, which witnesses */
    RollingVerification(LogSource source, VerifierConfig config, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.config = config.withProgress((done, total) -> {
            if (closed) {
                throw new CancellationException("the console is closed");
            }
        });
        this.next = clock.instant();
    }

    /** Verifies if it is time to; blocks until it is done. */
    void tick() {
        Instant start = clock.instant();
        if (closed || start.isBefore(next)) {
            return;
        }
        @Nullable Verification found = null;
        String fault = "";
        try {
            found = LogVerifier.verify(source, config);
        } catch (CancellationException e) {
            return;
        } catch (LogException e) {
            fault = String.valueOf(e.getMessage());
        }
        Instant end = clock.instant();
        Duration took = Duration.between(start, end);
        last = new Outcome(end, took, found, fault);
        Duration pause = took.multipliedBy(SHARE);
        next = end.plus(pause.compareTo(EVERY) > 0 ? pause : EVERY);
    }

    /** What the last one came to; empty before the first has ended. */
    Optional<Outcome> last() {
        return Optional.ofNullable(last);
    }

    /** When the next one begins. */
    Instant next() {
        return next;
    }

    /** One under way ends soon, without an outcome. */
    void close() {
        closed = true;
    }
}
