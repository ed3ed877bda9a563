package io.sluice.protection.keys;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the KMS was heard of lately enough for the keys in memory to be used. A room works on through an outage up to a
 * limit, then fails closed, and works again once the KMS answers.
 *
 * <p>Safe for several threads.
 */
public final class Reach {
    private static final Logger LOG = LoggerFactory.getLogger(Reach.class);
    /** Shortest time between two questions to a service that did not answer. */
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Runnable question;
    private final long limitNanos;
    private final LongSupplier nanoTime;
    private final Executor executor;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    private volatile long heardNanos;
    private volatile long failedNanos;
    private volatile boolean failing;

    /**
     * As of an answer that just came.
     *
     * @param question asks the KMS; throws {@link KeyAccessException} where it does not answer
     * @param limit longest time without an answer; it is asked anew after a quarter of it
     * @param executor where it is asked
     */
    public Reach(Runnable question, Duration limit, LongSupplier nanoTime, Executor executor) {
        this.question = question;
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
        this.executor = executor;
        this.heardNanos = nanoTime.getAsLong();
    }

    /**
     * Whether it answered within the limit. Never blocks: where the answer is a while old it asks in the background. Somebody
     * must call this or {@link #now} more often than the limit, or the first call after a long rest is refused.
     */
    public boolean lately() {
        long age = age();
        if (age > limitNanos / 4 && isDue() && scheduled.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    ask();
                } finally {
                    scheduled.set(false);
                }
            });
        }
        return age <= limitNanos;
    }

    /** The same, but asks and waits before it says no: once a second at most. */
    public boolean now() {
        return lately() || ask();
    }

    /** How long ago it answered. */
    public Duration unheard() {
        return Duration.ofNanos(age());
    }

    private synchronized boolean ask() {
        if (age() > limitNanos / 4 && isDue()) {
            try {
                question.run();
                heardNanos = nanoTime.getAsLong();
                if (failing) {
                    failing = false;
                    LOG.info("the KMS answers again");
                }
            } catch (KeyAccessException e) {
                failedNanos = nanoTime.getAsLong();
                if (!failing) {
                    failing = true;
                    LOG.warn("the KMS does not answer; keys in memory are used for a while code={}", e.code(), e);
                }
            }
        }
        return age() <= limitNanos;
    }

    private boolean isDue() {
        return !failing || nanoTime.getAsLong() - failedNanos >= RETRY_NANOS;
    }

    private long age() {
        return nanoTime.getAsLong() - heardNanos;
    }
}
