package io.sluice.core.cluster;

import io.sluice.core.decision.Envelope;
import io.sluice.core.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The topics of a deployment and their settings, each with its reason. Immutable.
 *
 * <p>A size here bounds a batch as the producer sends it, not only a record: a producer that writes several of these
 * topics keeps its {@code batch.size} at or below the smallest, {@link #AUDIT_MAX_BYTES}.
 *
 * @param topics the names
 * @param sizing the operator's sizes
 */
public record ClusterLayout(Topics topics, ClusterSizing sizing) {
    /** A body of 1 MiB, sealed, with its headers. */
    public static final int INGRESS_MAX_BYTES = 1_536 << 10;
    /** A sealed record and why it was not released. */
    public static final int QUARANTINE_MAX_BYTES = 2 << 20;
    /** A view: encrypting every leaf makes a body up to about twice as long. */
    public static final int RELEASED_MAX_BYTES = 4 << 20;
    /** An entry has at most 65,535 bytes. */
    public static final int AUDIT_MAX_BYTES = 256 << 10;
    /** A bundle's tarball. */
    public static final int BUNDLES_MAX_BYTES = 16 << 20;
    /** A protection plan. */
    public static final int PLANS_MAX_BYTES = 1 << 20;
    /** A subject's choices, a checkpoint, an announcement about a key, an emergency access, a room's status. */
    public static final int SMALL_MAX_BYTES = 256 << 10;

    /** How long a room that says nothing any more is known at least. */
    public static final Duration STATUS_RETENTION = Duration.ofHours(1);

    private static final String FOREVER = "-1";

    /** Returns the topics that every deployment has. Recipients' topics come with {@link #released}. */
    public List<TopicSpec> fixedTopics() {
        return List.of(
                ingress(),
                requeue(),
                quarantine(),
                choices(),
                holds(),
                bundles(),
                status(),
                plans(),
                audit(),
                checkpoints(),
                keys(),
                emergencies());
    }

    /**
     * Returns a recipient's topic. Its timestamps are the envelope's time and never the broker's, which would tell a
     * de-identified recipient the moment that the plan made coarse. A broker takes a record stamped with the start of
     * its year for months old; such a topic is bounded by size, or its views would be gone before they are read.
     *
     * @param time the coarsest time that goes out with the recipient's views
     */
    public TopicSpec released(String recipient, Envelope.Time time) {
        Map<String, String> settings = settings("delete", RELEASED_MAX_BYTES);
        settings.put("message.timestamp.type", "CreateTime");
        boolean exactEnough = time != Envelope.Time.YEAR;
        settings.put("retention.ms", exactEnough ? millis(sizing.releasedRetention()) : FOREVER);
        settings.put("retention.bytes", exactEnough ? FOREVER : Long.toString(sizing.releasedBytes()));
        return spec(topics.released(recipient), sizing.releasedPartitions(), settings);
    }

    /** Returns who may do what. */
    public List<Grant> grants() {
        return Grants.of(topics);
    }

    /** Stamped by the broker: its time of appending decides staleness, alike on every replay. */
    public TopicSpec ingress() {
        Map<String, String> settings = appended(INGRESS_MAX_BYTES, millis(sizing.ingressRetention()));
        // Sealed bytes do not compress, and a broker that recompressed would touch what must stay as it was
        // acknowledged.
        settings.put("compression.type", "producer");
        return spec(topics.ingress(), sizing.ingressPartitions(), settings);
    }

    private TopicSpec requeue() {
        return spec(
                topics.requeue(),
                sizing.ingressPartitions(),
                appended(QUARANTINE_MAX_BYTES, millis(sizing.quarantineRetention())));
    }

    private TopicSpec quarantine() {
        return spec(
                topics.quarantine(),
                sizing.ingressPartitions(),
                appended(QUARANTINE_MAX_BYTES, millis(sizing.quarantineRetention())));
    }

    private TopicSpec choices() {
        return spec(topics.choices(), sizing.ingressPartitions(), settings("compact", SMALL_MAX_BYTES));
    }

    /** One partition: there are few. */
    private TopicSpec holds() {
        return spec(topics.holds(), 1, settings("compact", SMALL_MAX_BYTES));
    }

    /** One partition: activations have an order. */
    private TopicSpec bundles() {
        return spec(topics.bundles(), 1, settings("compact", BUNDLES_MAX_BYTES));
    }

    /** One partition: there are few. A process that is gone for good is forgotten. */
    private TopicSpec status() {
        Map<String, String> settings = settings("compact,delete", SMALL_MAX_BYTES);
        settings.put("message.timestamp.type", "LogAppendTime"); // its age is told by one clock
        settings.put("retention.ms", millis(STATUS_RETENTION));
        settings.put("segment.ms", millis(STATUS_RETENTION.dividedBy(4))); // nothing else makes a small topic forget
        return spec(topics.status(), 1, settings);
    }

    private TopicSpec plans() {
        return spec(topics.plans(), 1, settings("compact", PLANS_MAX_BYTES));
    }

    /** Kept for ever: a second log builder must reach the same root from the topic alone. */
    private TopicSpec audit() {
        return spec(topics.audit(), sizing.auditPartitions(), appended(AUDIT_MAX_BYTES, FOREVER));
    }

    private TopicSpec checkpoints() {
        return spec(topics.checkpoints(), 1, appended(SMALL_MAX_BYTES, FOREVER));
    }

    /** One partition: revisions have an order. Compaction leaves the last heartbeat of each, so the chain stays whole. */
    private TopicSpec keys() {
        return spec(topics.keys(), 1, settings("compact", SMALL_MAX_BYTES));
    }

    private TopicSpec emergencies() {
        return spec(topics.emergencies(), 1, settings("compact", SMALL_MAX_BYTES));
    }

    private Map<String, String> appended(int maxBytes, String retentionMs) {
        Map<String, String> settings = settings("delete", maxBytes);
        settings.put("message.timestamp.type", "LogAppendTime");
        settings.put("retention.ms", retentionMs);
        settings.put("retention.bytes", FOREVER);
        return settings;
    }

    private Map<String, String> settings(String cleanup, int maxBytes) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("cleanup.policy", cleanup);
        settings.put("max.message.bytes", Integer.toString(maxBytes));
        settings.put("min.insync.replicas", Short.toString(sizing.minInsyncReplicas()));
        settings.put("unclean.leader.election.enable", "false");
        return settings;
    }

    private TopicSpec spec(String name, int partitions, Map<String, String> settings) {
        return new TopicSpec(name, partitions, sizing.replicationFactor(), settings);
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
