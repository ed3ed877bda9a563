package io.sluice.jobs.kafka;

import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a policy store up to date on a thread of its own, so that verifying and compiling a bundle never stands in a
 * record's way. Where Kafka fails it reads {@code policy.bundles} anew from the start after {@link #RETRY_AFTER}; the store
 * takes records twice. Runs until it is closed.
 */
public final class PolicyTail implements AutoCloseable {
    /** Pause before a failed feed is opened again. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PolicyTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final Supplier<? extends PolicyFeed> feeds;
    private final String topic;
    private final PolicyStore store;
    private final Thread thread;
    private volatile boolean caughtUp;
    private volatile boolean closed;
    private volatile @Nullable String fault;

    /** Starts to read from Kafka. */
    public PolicyTail(ClientSettings settings, String topic, PolicyStore store) {
        this(() -> new KafkaPolicyFeed(settings, topic), topic, store);
    }

    /**
     * Starts to read.
     *
     * @param feeds opens the topic at its start; called again after each failure
     * @param topic its name, for the log
     */
    public PolicyTail(Supplier<? extends PolicyFeed> feeds, String topic, PolicyStore store) {
        this.feeds = feeds;
        this.topic = topic;
        this.store = store;
        this.thread = new Thread(this::run, "policy-tail");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private void run() {
        while (!closed) {
            try (PolicyFeed feed = feeds.get()) {
                fault = null;
                while (!closed) {
                    for (PolicyRecord record : feed.poll(POLL)) {
                        store.accept(record);
                    }
                    if (!caughtUp) {
                        caughtUp = feed.atEnd(); // after what was polled has been taken, so that the end counts
                    }
                }
            } catch (KafkaException e) {
                if (closed) {
                    return; // an interrupt on the way out, or a broker that left first, is no fault
                }
                fault = "policy.bundles cannot be read: " + e.getClass().getSimpleName();
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("fault", e.getClass().getSimpleName())
                        .log("The policy topic cannot be read now; starting over");
                pause();
            } catch (RuntimeException e) {
                // The store has answered for what a record holds; this is a bug. Without policies nothing is released.
                LOG.atError().setCause(e).log("The policy tail failed; starting over");
                fault = "policy.bundles cannot be followed: " + e.getClass().getSimpleName();
                pause();
            }
        }
    }

    /**
     * Whether the store has once been given all that stood in the topic: only then can it be asked for what is
     * <em>not</em> there, such as a floor. Stays true; what is published later is learnt as it comes.
     */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** What keeps the job from learning or deciding at that time, in words; empty where nothing does. */
    public Optional<String> finding(Instant now) {
        String told = fault;
        return told != null || store.standing(now).inForce() != null
                ? Optional.ofNullable(told)
                : Optional.of("no activation that was read is in force");
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
        } catch (InterruptedException e) {
            closed = true; // only close() interrupts
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            // A poll ends by itself, and the consumer then leaves in order; an interrupt could tear a class load.
            thread.join(CLOSE_WITHIN.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
