package io.sluice.gateway.admit;

import io.sluice.core.rulebook.Producer;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * One token bucket per producer, of one second's worth: {@code eventsPerSecond} of its rulebook file. Per gateway process.
 * Thread-safe; as many buckets as the rulebook has producers.
 */
public final class Quotas {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @param nanoTime a monotonic clock */
    public Quotas(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes one event's worth.
     *
     * @throws RefusedException {@code quota-exceeded}
     */
    public void take(Producer producer) {
        int perSecond = producer.eventsPerSecond();
        if (perSecond == 0) {
            buckets.remove(producer.id());
            return;
        }
        long now = nanoTime.getAsLong();
        if (!buckets.computeIfAbsent(producer.id(), id -> new Bucket(perSecond, now))
                .take(perSecond, now)) {
            throw RefusedException.of(
                    ProblemCode.QUOTA_EXCEEDED,
                    "Your producer file grants " + perSecond + " events per second; send them more slowly.");
        }
    }

    /** Guarded by itself. */
    private static final class Bucket {
        private double tokens;
        private long filledAt;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.filledAt = now;
        }

        synchronized boolean take(int perSecond, long now) {
            double earned = (double) Math.max(0, now - filledAt) * perSecond / SECOND_NANOS;
            tokens = Math.min(perSecond, tokens + earned);
            filledAt = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }
}
