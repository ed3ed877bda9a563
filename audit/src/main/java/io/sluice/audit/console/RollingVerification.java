package io.sluice.audit.console;

import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the whole log again and again, in the background. Between two verifications passes the interval, or nine times what
 * the last one took where that is longer, so that a log of any length takes a tenth of one processor at most. One thread
 * verifies; thread-safe for the others.
 */
final class RollingVerification {
    private static final Logger LOG = LoggerFactory.getLogger(RollingVerification.class);

    /** The shortest time between two verifications. */
    static final Duration EVERY = Duration.ofMinutes(1);

    private static final int SHARE = 9;
    private static final int MAX_PRUNED = 3;

    private final LogSource source;
    private final VerifierConfig config;
    private final Clock clock;
    private volatile @Nullable Outcome last;
    private volatile @Nullable Instant verified;
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

    /** Verifies if it is time to; blocks until it is done. Whatever comes of it, the next one has its time. */
    void tick() {
        Instant start = clock.instant();
        if (closed || start.isBefore(next)) {
            return;
        }
        @Nullable Verification found = null;
        String fault = "";
        try {
            found = verify();
        } catch (CancellationException e) {
            return;
        } catch (LogException e) {
            fault = String.valueOf(e.getMessage());
            if (!fault.equals(last().map(Outcome::fault).orElse(""))) { // else every minute
                LOG.error("The log could not be read to be verified: {}", fault);
            }
        } catch (RuntimeException e) {
            LOG.error("The log could not be verified", e);
            fault = String.valueOf(e);
        }
        Instant end = clock.instant();
        Duration took = Duration.between(start, end);
        verified = found == null ? verified : end;
        last = new Outcome(end, took, found, fault);
        Duration pause = took.multipliedBy(SHARE);
        next = end.plus(pause.compareTo(EVERY) > 0 ? pause : EVERY);
    }

    /** A log that is pruned meanwhile lacks bundles that it did not say it lacked: what was found then says nothing. */
    private Verification verify() {
        for (int i = 0; i < MAX_PRUNED; i++) {
            Optional<byte[]> before = source.read(LogFiles.PRUNED);
            Verification found = LogVerifier.verify(source, config);
            if (found.intact() != Verdict.FAILS || same(before, source.read(LogFiles.PRUNED))) {
                return found;
            }
            LOG.info("The log was pruned while it was verified; it is verified again");
        }
        throw new LogException(LogException.Fault.IO, "the log is pruned faster than it can be verified");
    }

    private static boolean same(Optional<byte[]> before, Optional<byte[]> after) {
        return Arrays.equals(before.orElse(null), after.orElse(null));
    }

    /** What the last one came to; empty before the first has ended. */
    Optional<Outcome> last() {
        return Optional.ofNullable(last);
    }

    /** When the last one ended that came to verdicts; empty before the first has. */
    Optional<Instant> verified() {
        return Optional.ofNullable(verified);
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
