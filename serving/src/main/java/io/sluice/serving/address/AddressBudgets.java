package io.sluice.serving.address;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Token buckets by {@link Network}: so much at once, and then a steady rate. Bounded: the network that asked least lately is
 * forgotten, and begins with a full bucket. Thread-safe.
 */
public final class AddressBudgets {
    private static final int MOST = 16_384;

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoTime;
    /** Guarded by itself. */
    private final Map<Network, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Network, Bucket> eldest) {
            return size() > MOST;
        }
    };

    private static final class Bucket {
        private double level;
        private long filledAt;

        private Bucket(double level, long now) {
            this.level = level;
            this.filledAt = now;
        }
    }

    /**
     * @param perSecond in the long run
     * @param burst at once
     * @param nanoTime a monotonic clock
     */
    public AddressBudgets(int perSecond, int burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    /** Takes one; false where there is none. */
    public boolean take(Network network) {
        return take(network, 1);
    }

    /** Takes one of a bucket that is this part of the others, as {@code 1 / part}, in rate and burst; false where there is none. */
    public boolean take(Network network, int part) {
        synchronized (buckets) {
            long now = nanoTime.getAsLong(); // in here, so that no take looks further back than the one before it
            Bucket bucket = buckets.computeIfAbsent(network, ignored -> new Bucket(burst, now));
            double gained = Math.max(0, now - bucket.filledAt) / 1e9 * perSecond / part;
            bucket.level = Math.min(Math.max(1, (double) burst / part), bucket.level + gained);
            bucket.filledAt = now;
            if (bucket.level < 1) {
                return false;
            }
            bucket.level--;
            return true;
        }
    }

    /** Gives back one that was taken for nothing. */
    public void giveBack(Network network) {
        synchronized (buckets) {
            buckets.computeIfPresent(network, (name, bucket) -> {
                bucket.level++; // the next that is taken cuts it to the burst
                return bucket;
            });
        }
    }
}
