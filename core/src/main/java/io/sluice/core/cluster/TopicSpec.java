package io.sluice.core.cluster;

import java.util.Collections;
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
}
