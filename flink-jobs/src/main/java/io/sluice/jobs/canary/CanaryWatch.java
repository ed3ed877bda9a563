package io.sluice.jobs.canary;

import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.canary.CanaryTally;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the canary in force, on a thread of its own: counts the committed audit entries of its activation, and where its
 * limit is reached publishes the activation that takes it back, which the officer signed with it. Counts come from the log
 * alone, so they are the same after a restart and in every process; several may watch, and one return is published. Where
 * Kafka fails it counts anew. It runs where the canary decides: while it is down, that decides nothing either.
 */
public final class CanaryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CanaryWatch.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** By how much an officer's clock may be ahead of the brokers'; entries before are of other activations. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    private final PolicyStore store;
    private final CanaryReturn canaryReturn;
    private final Function<Instant, EntryTail> entriesSince;
    private final Duration retryAfter;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable CanaryReport report;

    /**
     * Starts to watch.
     *
     * @param store what the room knows of {@code policy.bundles}; stays the caller's
     * @param root what the room pins
     */
    public CanaryWatch(ClientSettings settings, Topics topics, PolicyStore store, TrustRoot root) {
        this(
                store,
                new CanaryReturn(settings, topics, root),
                since -> EntryTail.open(settings, topics.audit(), since),
                RETRY_AFTER);
    }

    /** @param entriesSince each closed here */
    CanaryWatch(
            PolicyStore store,
            CanaryReturn canaryReturn,
            Function<Instant, EntryTail> entriesSince,
            Duration retryAfter) {
        this.store = store;
        this.canaryReturn = canaryReturn;
        this.entriesSince = entriesSince;
        this.retryAfter = retryAfter;
        this.thread = new Thread(this::run, "canary-watch");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** How the canary in force does, or how the last one did; empty before the first that returns by itself. */
    public Optional<CanaryReport> report() {
        return Optional.ofNullable(report);
    }

    private void run() {
        while (!closedWithin(LOOK)) {
            SignedActivation watched = watched();
            if (watched == null) {
                continue;
            }
            try (EntryTail entries =
                    entriesSince.apply(watched.activation().issued().minus(SLACK))) {
                watch(watched, entries);
            } catch (KafkaException e) {
                if (closedWithin(Duration.ZERO)) {
                    return; // a broker that left first is no fault
                }
                LOG.atWarn()
                        .addKeyValue("activation", watched.activation().number())
                        .addKeyValue("fault", e.getClass().getSimpleName())
                        .log("The canary cannot be watched now; starting over");
                fault(watched, e.getClass().getSimpleName());
                closedWithin(retryAfter);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("The watch over the canary failed; starting over"); // a bug
                fault(watched, e.getClass().getSimpleName());
                closedWithin(retryAfter);
            }
        }
    }

    /** Until another activation is in force. */
    private void watch(SignedActivation watched, EntryTail entries) {
        CanaryTally tally = new CanaryTally(watched.activation());
        while (!closedWithin(Duration.ZERO) && watched.equals(inForce())) {
            for (byte[] entry : entries.poll(LOOK)) {
                count(tally, entry);
            }
            if (!entries.isCaughtUp()) {
                continue;
            }
            CanaryReport counted = tally.report();
            if (!tally.isReached()) {
                report = counted;
                continue;
            }
            OptionalLong newest = canaryReturn.publish(watched, counted);
            if (newest.isEmpty()) {
                report = counted.asReturned();
                return;
            }
            // One whose time has not come, or that does not load here.
            report = counted.withFault(
                    "activation " + newest.getAsLong() + " is the newest in the topic and is not in force here");
            closedWithin(retryAfter);
        }
    }

    private static void count(CanaryTally tally, byte[] entry) {
        try {
            tally.add(StrictJson.read(entry));
        } catch (MalformedJsonException e) {
            LOG.debug("Not an entry; the log says so", e);
        }
    }

    private void fault(SignedActivation watched, String words) {
        report = new CanaryTally(watched.activation()).report().withFault(words);
    }

    /** What is in force, where it has a canary that returns by itself and has not yet. */
    private @Nullable SignedActivation watched() {
        SignedActivation signed = inForce();
        CanaryReport last = report;
        return signed == null
                        || signed.comingBack().isEmpty()
                        || last != null && last.returned() && last.activation() == number(signed)
                ? null
                : signed;
    }

    private @Nullable SignedActivation inForce() {
        HistoryEntry held = store.standing(Clock.systemUTC().instant()).inForce();
        return held == null ? null : held.signed();
    }

    private static long number(SignedActivation signed) {
        return signed.activation().number();
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // only close() interrupts
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_WITHIN.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
