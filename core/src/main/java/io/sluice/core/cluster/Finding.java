package io.sluice.core.cluster;

import static java.util.Objects.requireNonNull;

/**
 * One deviation of a cluster from its description.
 *
 * @param kind what deviates
 * @param resource the topic, the grant or the feature
 * @param expected as it must be
 * @param actual as it is
 */
public record Finding(Kind kind, String resource, String expected, String actual) {
    /** What can deviate. */
    public enum Kind {
        /** A topic does not exist. */
        TOPIC_MISSING("topic missing"),
        /** The number of partitions differs: keys would map to other partitions. */
        PARTITIONS("partitions"),
        /** A topic has fewer replicas than it must. */
        REPLICATION_FACTOR("replication factor"),
        /** A topic's setting differs. */
        SETTING("setting"),
        /** A room lacks a grant and will fail. */
        GRANT_MISSING("grant missing"),
        /** Somebody may do more than the table says. */
        GRANT_UNEXPECTED("grant not in the table"),
        /** The cluster lacks a feature that exactly-once needs. */
        FEATURE("cluster feature");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /** Checks that nothing is missing. */
    public Finding {
        requireNonNull(kind, "kind is null");
        requireNonNull(resource, "resource is null");
        requireNonNull(expected, "expected is null");
        requireNonNull(actual, "actual is null");
    }

    /** Returns one line for people: {@code dev.events.ingress: setting cleanup.policy must be delete, is compact}. */
    @Override
    public String toString() {
        return resource + ": " + kind.label + " must be " + expected + ", is " + actual;
    }
}
