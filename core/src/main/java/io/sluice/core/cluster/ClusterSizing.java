package io.sluice.core.cluster;

import java.time.Duration;

/**
 * The sizes that an operator chooses.
 *
 * @param ingressPartitions partitions of {@code events.ingress} and of all that is keyed like it, fixed for a
 *     generation
 * @param auditPartitions partitions of {@code audit.entries}; each is a log of its own
 * @param releasedPartitions partitions of each recipient's topic
 * @param replicationFactor replicas of every topic
 * @param minInsyncReplicas replicas that must have a record before it is acknowledged
 * @param ingressRetention how long sealed events stay, at most {@link #MAX_INGRESS_RETENTION}
 * @param quarantineRetention how long quarantined and requeued records stay; the keys that open them are destroyed when
 *     both retentions have ended
 * @param releasedRetention how long views stay where their timestamps are exact enough to tell
 * @param releasedBytes how much of a partition stays where they are not
 */
public record ClusterSizing(
        int ingressPartitions,
        int auditPartitions,
        int releasedPartitions,
        short replicationFactor,
        short minInsyncReplicas,
        Duration ingressRetention,
        Duration quarantineRetention,
        Duration releasedRetention,
        long releasedBytes) {
    /** Longest ingress retention (design 4.2): past it the wrapping key of a period must be gone. */
    public static final Duration MAX_INGRESS_RETENTION = Duration.ofDays(30);

    /** One replica, two partitions: a laptop. */
    public static final ClusterSizing DEVELOPMENT = new ClusterSizing(
            2, 1, 2, (short) 1, (short) 1, Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7), 256L << 20);

    /** Three replicas of which two must answer. */
    public static final ClusterSizing PRODUCTION = new ClusterSizing(
            12, 1, 6, (short) 3, (short) 2, Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(7), 8L << 30);

    public ClusterSizing {
        if (ingressPartitions < 1 || auditPartitions < 1 || releasedPartitions < 1) {
            throw new IllegalArgumentException("a topic has at least one partition");
        }
        if (minInsyncReplicas < 1 || minInsyncReplicas > replicationFactor) {
            throw new IllegalArgumentException("minInsyncReplicas must be 1 to replicationFactor");
        }
        requireRange("ingressRetention", ingressRetention, MAX_INGRESS_RETENTION);
        requireRange("quarantineRetention", quarantineRetention, Duration.ofDays(365));
        requireRange("releasedRetention", releasedRetention, Duration.ofDays(3650));
        if (releasedBytes < 1) {
            throw new IllegalArgumentException("releasedBytes must be positive");
        }
    }

    private static void requireRange(String what, Duration value, Duration most) {
        if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " must be between 1 minute and " + most.toDays() + " days");
        }
    }
}
