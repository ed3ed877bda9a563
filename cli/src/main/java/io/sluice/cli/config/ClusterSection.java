package io.sluice.cli.config;

import io.sluice.core.cluster.ClusterSizing;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How large the topics are, and who makes them. The gateway checks {@code events.ingress} against it.
 *
 * @param keystore PEM key and certificate of the administrator as a Kafka client
 * @param ingressPartitions partitions of {@code events.ingress} and of all that is keyed like it, fixed for a generation
 * @param auditPartitions partitions of {@code audit.entries}; each is a log of its own
 * @param releasedPartitions partitions of each recipient's topic
 * @param replicationFactor replicas of every topic; 1 for one broker
 * @param minInsyncReplicas replicas that must have a record before it is acknowledged, at most replicationFactor
 * @param ingressRetention how long sealed events stay, at most 30 days
 * @param quarantineRetention how long quarantined records stay
 * @param releasedRetention how long views stay in Kafka where their time stamps are exact enough to tell
 * @param releasedBytes how much of a partition stays where they are not
 */
public record ClusterSection(
        Path keystore,
        int ingressPartitions,
        int auditPartitions,
        int releasedPartitions,
        int replicationFactor,
        int minInsyncReplicas,
        Duration ingressRetention,
        Duration quarantineRetention,
        Duration releasedRetention,
        Size releasedBytes) {
    /** Checks ranges; {@link ClusterSizing} checks the rest. */
    public ClusterSection {
        Require.range("ingressPartitions", ingressPartitions, 1, 1_000);
        Require.range("auditPartitions", auditPartitions, 1, 100);
        Require.range("releasedPartitions", releasedPartitions, 1, 1_000);
        Require.range("replicationFactor", replicationFactor, 1, 9);
        Require.range("minInsyncReplicas", minInsyncReplicas, 1, replicationFactor);
        Duration minute = Duration.ofMinutes(1);
        Require.range("ingressRetention", ingressRetention, minute, ClusterSizing.MAX_INGRESS_RETENTION);
        Require.range("quarantineRetention", quarantineRetention, minute, Duration.ofDays(365));
        Require.range("releasedRetention", releasedRetention, minute, Duration.ofDays(3_650));
        Require.range("releasedBytes", releasedBytes, new Size(1 << 20), new Size(1L << 44));
    }

    static ClusterSection defaults(Path certs) {
        ClusterSizing sizing = ClusterSizing.PRODUCTION;
        return new ClusterSection(
                certs.resolve("identities/admin.keystore.pem"),
                sizing.ingressPartitions(),
                sizing.auditPartitions(),
                sizing.releasedPartitions(),
                sizing.replicationFactor(),
                sizing.minInsyncReplicas(),
                sizing.ingressRetention(),
                sizing.quarantineRetention(),
                sizing.releasedRetention(),
                new Size(sizing.releasedBytes()));
    }

    /** The sizes as the plan takes them. */
    public ClusterSizing sizing() {
        return new ClusterSizing(
                ingressPartitions,
                auditPartitions,
                releasedPartitions,
                (short) replicationFactor,
                (short) minInsyncReplicas,
                ingressRetention,
                quarantineRetention,
                releasedRetention,
                releasedBytes.bytes());
    }
}
