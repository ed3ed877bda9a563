package io.sluice.protection.keytree;

import java.time.Duration;

/**
 * Limits of {@link SubjectKeys}.
 *
 * <p>Memory: {@code maxNodeBytes} of nodes, and about 600 bytes for each of {@code maxKeys}: 64 MiB and 60 MB by default.
 * A revision in force adds 300 kB an epoch.
 *
 * @param lease how long after it was announced a tree may be used: an erasure has reached every live worker this long
 *     after it was announced, plus {@code clockSkew}
 * @param keyLife how long a derived key is kept before it is derived again
 * @param clockSkew how far the wall clocks of two machines may differ, and how far the wall clock may move against the
 *     monotonic one within a lease
 * @param maxPause longest time between two ticks; a JVM that stood still for longer forgets its keys
 * @param maxKeys derived keys that are kept
 * @param maxNodeBytes nodes that are kept, by size
 */
public record RegistryLimits(
        Duration lease, Duration keyLife, Duration clockSkew, Duration maxPause, int maxKeys, long maxNodeBytes) {
    private static final Duration LONGEST = Duration.ofHours(1);

    /** The defaults. */
    public static final RegistryLimits DEFAULT = new RegistryLimits(
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            100_000,
            64L << 20);

    public RegistryLimits {
        require("lease", lease);
        require("keyLife", keyLife);
        require("clockSkew", clockSkew);
        require("maxPause", maxPause);
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys is " + maxKeys + ", not 1 or more");
        }
        if (maxNodeBytes < NodeSet.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "maxNodeBytes is " + maxNodeBytes + ", less than the largest shard: " + NodeSet.MAX_BYTES);
        }
    }

    /** The same with another lease; what is derived is kept no longer. */
    public RegistryLimits withLease(Duration other, Duration skew) {
        return new RegistryLimits(
                other, keyLife.compareTo(other) < 0 ? keyLife : other, skew, maxPause, maxKeys, maxNodeBytes);
    }

    private static void require(String name, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", not 1 ms to " + LONGEST);
        }
    }
}
