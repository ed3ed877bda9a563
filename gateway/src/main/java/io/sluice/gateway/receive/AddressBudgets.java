package io.sluice.gateway.receive;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Token buckets of new connections by address; of IPv6 by the 64 bits that one holder has at least. Bounded: the address
 * that came least lately is forgotten, and begins with a full bucket. Thread-safe.
 */
final class AddressBudgets {
    /** One that flooded gets this part of the rate and of the burst. */
    static final int CALM_PART = 10;

    private static final int MOST = 10_000;
    private static final int IPV6_PREFIX_BYTES = 8;

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoTime;
    /** Guarded by itself. */
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
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

    /** @param nanoTime a monotonic clock */
    AddressBudgets(int perSecond, int burst, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoTime = nanoTime;
    }

    /** What an address is known by here. */
    static String key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes);
    }

    /** Takes one new connection's worth; false where there is none. @param flooded whether it flooded lately */
    boolean take(String address, boolean flooded) {
        double part = flooded ? 1.0 / CALM_PART : 1;
        long now = nanoTime.getAsLong();
        synchronized (buckets) {
            Bucket bucket = buckets.computeIfAbsent(address, ignored -> new Bucket(burst, now));
            double gained = Math.max(0, now - bucket.filledAt) / 1e9 * perSecond * part;
            bucket.level = Math.min(Math.max(1, burst * part), bucket.level + gained);
            bucket.filledAt = now;
            if (bucket.level < 1) {
                return false;
            }
            bucket.level--;
            return true;
        }
    }

    /** Gives back what was taken for a connection that was not let in. */
    void giveBack(String address) {
        synchronized (buckets) {
            buckets.computeIfPresent(address, (name, bucket) -> {
                bucket.level++; // the next that is taken cuts it to the burst
                return bucket;
            });
        }
    }
}
