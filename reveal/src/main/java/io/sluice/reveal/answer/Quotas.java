package io.sluice.reveal.answer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * One token bucket per caller, of one minute's worth of values. Per process. Thread-safe; as many buckets as the rulebook
 * ever had callers.
 */
final class Quotas {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** @param nanoTime a monotonic clock */
    Quotas(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Takes what is asked for, or nothing.
     *
     * @return 0 where it was taken, else the seconds after which it may be
     */
    long take(String caller, int perMinute, int values) {
        return bucket(caller, perMinute).take(perMinute, values, nanoTime.getAsLong());
    }

    /** Whether a refusal is the caller's first for a minute: the others add nothing but length to the log. */
    boolean firstOfMinute(String caller) {
        return bucket(caller, 1).firstOfMinute(nanoTime.getAsLong());
    }

    private Bucket bucket(String caller, int perMinute) {
        return buckets.computeIfAbsent(caller, id -> new Bucket(perMinute, nanoTime.getAsLong()));
    }

    /** Guarded by itself. */
    private static final class Bucket {
        private double tokens;
        private long filledAt;
        private long toldAt;
        private boolean told;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.filledAt = now;
        }

        synchronized long take(int perMinute, int values, long now) {
            double earned = (double) Math.max(0, now - filledAt) * perMinute / MINUTE_NANOS;
            tokens = Math.min(perMinute, tokens + earned);
            filledAt = now;
            if (tokens < values) {
                return (long) Math.ceil((values - tokens) * 60 / perMinute);
            }
            tokens -= values;
            return 0;
        }

        synchronized boolean firstOfMinute(long now) {
            boolean first = !told || now - toldAt >= MINUTE_NANOS;
            if (first) {
                told = true;
                toldAt = now;
            }
            return first;
        }
    }
}
