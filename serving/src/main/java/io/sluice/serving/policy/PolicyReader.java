package io.sluice.serving.policy;

import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStanding;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link PolicyStore} up to date and says which activation decides now: the newest one that was read from the topic
 * (promise P9), as long as its time is not over and the topic's end was seen lately. A room that cannot see the topic
 * does not know whether its policy was withdrawn, so after {@code maxStaleness} it decides nothing (promise P1).
 *
 * <p>One thread reads; thread-safe for the others.
 */
public final class PolicyReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration END_CHECK = Duration.ofSeconds(2);
    private static final Duration BACKOFF = Duration.ofSeconds(1);

    private final Supplier<PolicyFeed> feeds;
    private final PolicyStore store;
    private final Clock clock;
    private final Duration maxStaleness;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable ActivePolicy current;
    private volatile @Nullable Instant endSeen;

    /**
     * Starts to read.
     *
     * @param feeds opens the topic; called again after a failure
     * @param maxStaleness how long the newest policy is trusted to be the newest without seeing the topic's end
     */
    public PolicyReader(Supplier<PolicyFeed> feeds, PolicyStore store, Clock clock, Duration maxStaleness) {
        this.feeds = feeds;
        this.store = store;
        this.clock = clock;
        this.maxStaleness = maxStaleness;
        this.thread = new Thread(this::run, "sluice-policy");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The newest activation that is verified, in force at that time and known to be the newest; empty where there is none,
     * and then nothing may be decided (promise P1).
     */
    public Optional<ActivePolicy> current(Instant now) {
        ActivePolicy policy = current;
        return policy != null && fresh(now) && policy.inForce(now) ? Optional.of(policy) : Optional.empty();
    }

    /** What keeps the room from deciding, in words; empty where nothing does. */
    public Optional<String> finding(Instant now) {
        if (endSeen == null) {
            return Optional.of("policy.bundles was not read to its end yet");
        }
        if (!fresh(now)) {
            return Optional.of(
                    "policy.bundles was not reachable for more than " + maxStaleness.toSeconds() + " seconds");
        }
        return current(now).isPresent()
                ? Optional.empty()
                : Optional.of(store.history(now).stream()
                        .filter(entry -> entry.state() == HistoryEntry.State.EXPIRED)
                        .map(PolicyReader::expired)
                        .findFirst()
                        .orElse("no activation is in force: none in policy.bundles verifies and has begun"));
    }

    /** How the room stands to the topic; what it does not know to be the newest is not in force. */
    public PolicyStanding standing(Instant now) {
        PolicyStanding read = store.standing(now);
        return current(now).isPresent() ? read : new PolicyStanding(null, read.newest());
    }

    private static String expired(HistoryEntry entry) {
        VerifiedBundle bundle = Objects.requireNonNull(entry.bundle(), "what expired was accepted");
        return "revision " + bundle.revision() + " expired at "
                + bundle.metadata().expires() + "; activate a newer one";
    }

    private boolean fresh(Instant now) {
        Instant seen = endSeen;
        return seen != null && !now.isAfter(seen.plus(maxStaleness));
    }

    private boolean closing() {
        return closed.getCount() == 0;
    }

    private void run() {
        while (!closing()) {
            try (PolicyFeed feed = feeds.get()) {
                tail(feed);
            } catch (InterruptException | WakeupException e) {
                return; // close() interrupts
            } catch (KafkaException e) {
                LOG.atWarn()
                        .addKeyValue("fault", e.getClass().getName())
                        .log("policy.bundles cannot be read; trying again");
                pause();
            } catch (RuntimeException e) {
                LOG.error("The policy reader failed; trying again", e); // policies' messages hold no field values
                pause();
            }
        }
    }

    private void tail(PolicyFeed feed) {
        long nextEndCheck = System.nanoTime();
        boolean atEndOnce = false;
        while (!closing()) {
            feed.poll(POLL).forEach(store::accept);
            if (atEndOnce) {
                current = store.inForce(clock.instant()).orElse(null);
            }
            if (System.nanoTime() - nextEndCheck >= 0) {
                if (feed.atEnd()) {
                    atEndOnce = true;
                    current = store.inForce(clock.instant()).orElse(null);
                    endSeen = clock.instant();
                }
                nextEndCheck = System.nanoTime() + (atEndOnce ? END_CHECK.toNanos() : 0);
            }
        }
    }

    private void pause() {
        try {
            if (closed.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops reading. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(POLL.multipliedBy(2).toMillis());
            if (thread.isAlive()) { // Kafka does not answer; else an interrupt would only look like a fault
                thread.interrupt();
                thread.join(BACKOFF.multipliedBy(5).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
