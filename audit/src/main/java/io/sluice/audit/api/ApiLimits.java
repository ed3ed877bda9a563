package io.sluice.audit.api;

import java.time.Duration;

/**
 * Bounds of the API and the console (promise P10).
 *
 * @param maxConnections open connections
 * @param maxRequests requests under way
 * @param maxExport entries of an export
 * @param answer how long a request may take to its first byte
 * @param idle after which a silent connection is closed, one that does not take an export's next piece among them, and one
 *     that has brought no whole request since its opening or its last answer
 * @param entry how long a request waits for the entry of its reading to be durable
 * @param reading after which a reading is told and another begins
 */
public record ApiLimits(
        int maxConnections,
        int maxRequests,
        long maxExport,
        Duration answer,
        Duration idle,
        Duration entry,
        Duration reading) {
    /** What a server uses where nothing else is configured. */
    public static final ApiLimits DEFAULT = new ApiLimits(
            128,
            32,
            100_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5));

    public ApiLimits {
        if (maxConnections < 1 || maxRequests < 1 || maxExport < 1 || reading.isNegative() || reading.isZero()) {
            throw new IllegalArgumentException("API limits: counts and times must be positive");
        }
    }

    /** Connections without a certificate: a quarter is kept for those who have one. */
    int maxStrangers() {
        return Math.max(1, maxConnections * 3 / 4);
    }

    /** Connections without a certificate of one address, of IPv6 one network of 64 bits. */
    int maxOfNetwork() {
        return Math.max(1, maxConnections / 4);
    }

    /** With another size of an export. */
    public ApiLimits withMaxExport(long entries) {
        return new ApiLimits(maxConnections, maxRequests, entries, answer, idle, entry, reading);
    }
}
