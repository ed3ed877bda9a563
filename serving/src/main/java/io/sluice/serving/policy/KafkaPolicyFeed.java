package io.sluice.serving.policy;

import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code policy.bundles} from Kafka: every partition from its beginning, without a group. One thread at a time; a Kafka
 * failure ends it with a {@link KafkaException}, and the owner opens another.
 */
public final class KafkaPolicyFeed implements PolicyFeed {
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;

    /** Takes the consumer over. @throws KafkaException where the topic is not there or not reachable */
    public KafkaPolicyFeed(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        try {
            this.partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new KafkaException("Topic " + topic + " does not exist");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (KafkaException e) {
            consumer.close();
            throw e;
        }
    }

    @Override
    public List<PolicyRecord> poll(Duration timeout) {
        List<PolicyRecord> records = new ArrayList<>();
        consumer.poll(timeout).forEach(record -> {
            if (record.key() != null) {
                records.add(new PolicyRecord(new String(record.key(), StandardCharsets.UTF_8), record.value()));
            }
        });
        return records;
    }

    /** Asks the brokers, so that it also tells whether they can be reached. */
    @Override
    public boolean atEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream()
                .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, Long.MAX_VALUE));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
