package io.sluice.gateway.policy;

import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.gateway.admit.InForce;
import io.sluice.gateway.admit.PolicySource;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.DatasetGroup;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
 * Keeps a {@link PolicyStore} up to date and says which activation to stamp: the newest one that was read from the topic
 * (promise P9), as long as its time is not over and the topic's end was seen lately. A gateway that cannot see the topic
 * does not know whether its policy was withdrawn, so after {@code maxStaleness} it accepts nothing (promise P1).
 *
 * <p>One thread reads; thread-safe for the others.
 */
public final class PolicyReader implements PolicySource {
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

    private volatile @Nullable Stored current;
    private volatile @Nullable Instant endSeen;

    /** An active policy as the gateway sees it. */
    private record Stored(ActivePolicy policy) implements InForce {
        @Override
        public long activation() {
            return policy.number();
        }

        @Override
        public String bundle() {
            return policy.bundle().digest();
        }

        @Override
        public Rulebook rulebook() {
            return policy.rulebook();
        }

        @Override
        public Optional<DatasetGroup> group(String name) {
            return policy.group(name);
        }

        @Override
        public AdmissionDecision admit(AdmissionInput input) {
            return policy.admit(input);
        }
    }

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

    @Override
    public Optional<InForce> current(Instant now) {
        Stored stored = current;
        return stored != null && fresh(now) && stored.policy.inForce(now) ? Optional.of(stored) : Optional.empty();
    }

    @Override
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
                : Optional.of("no activation is in force: none verifies, or the newest has expired");
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
                current = store.inForce(clock.instant()).map(Stored::new).orElse(null);
            }
            if (System.nanoTime() - nextEndCheck >= 0) {
                if (feed.atEnd()) {
                    atEndOnce = true;
                    current = store.inForce(clock.instant()).map(Stored::new).orElse(null);
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
        thread.interrupt();
        try {
            thread.join(BACKOFF.multipliedBy(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
