package io.sluice.kafkadev;

import io.sluice.core.cluster.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;

/** Compares one topic with its description. */
final class TopicCheck {
    private TopicCheck() {}

    static List<Finding> compare(TopicSpec spec, TopicDescription topic, Config config) {
        List<Finding> findings = new ArrayList<>();
        int partitions = topic.partitions().size();
        if (partitions != spec.partitions()) {
            findings.add(finding(Finding.Kind.PARTITIONS, spec, spec.partitions(), partitions));
        }
        int replicas = topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replicas < spec.replicationFactor()) {
            findings.add(
                    finding(Finding.Kind.REPLICATION_FACTOR, spec, "at least " + spec.replicationFactor(), replicas));
        }
        for (Map.Entry<String, String> setting : spec.settings().entrySet()) {
            ConfigEntry entry = config.get(setting.getKey());
            String actual = entry == null ? "unknown to the broker" : String.valueOf(entry.value());
            if (!actual.equals(setting.getValue())) {
                findings.add(new Finding(
                        Finding.Kind.SETTING, spec.name(), setting.getKey() + "=" + setting.getValue(), actual));
            }
        }
        return findings;
    }

    private static Finding finding(Finding.Kind kind, TopicSpec spec, Object expected, Object actual) {
        return new Finding(kind, spec.name(), expected.toString(), actual.toString());
    }
}
