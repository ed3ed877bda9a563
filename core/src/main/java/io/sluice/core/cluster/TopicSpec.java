package io.sluice.core.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A topic as it must be.
 *
 * @param name full name
 * @param partitions exact number of partitions
 * @param replicationFactor least number of replicas
 * @param settings the topic's settings that must hold, by Kafka's names; others are the cluster's choice
 */
public record TopicSpec(String name, int partitions, short replicationFactor, Map<String, String> settings) {
    public TopicSpec {
        if (partitions < 1 || replicationFactor < 1) {
            throw new IllegalArgumentException("a topic has at least one partition and one replica");
        }
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** What of a topic that exists is not as it must be; empty where all is. */
    public List<Finding> compare(int actualPartitions, int actualReplicas, Map<String, String> actualSettings) {
        List<Finding> findings = new ArrayList<>();
        if (actualPartitions != partitions) {
            findings.add(new Finding(Finding.Kind.PARTITIONS, name, "" + partitions, "" + actualPartitions));
        }
        if (actualReplicas < replicationFactor) {
            findings.add(new Finding(
                    Finding.Kind.REPLICATION_FACTOR, name, "at least " + replicationFactor, "" + actualReplicas));
        }
        settings.forEach((setting, value) -> {
            String actual = actualSettings.getOrDefault(setting, "unknown to the broker");
            if (!actual.equals(value)) {
                findings.add(new Finding(Finding.Kind.SETTING, name, setting + "=" + value, actual));
            }
        });
        return List.copyOf(findings);
    }
}
