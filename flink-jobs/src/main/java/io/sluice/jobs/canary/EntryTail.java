package io.sluice.jobs.canary;

import io.sluice.jobs.kafka.ClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The committed entries of all logs since an instant. Kafka's own exceptions pass through. One thread. */
final class EntryTail implements AutoCloseable {
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;
    private boolean caughtUp;

    static EntryTail open(ClientSettings settings, String topic, Instant since) {
        Properties properties = settings.toProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new EntryTail(
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                topic,
                since);
    }

    /** Takes the consumer over. */
    EntryTail(Consumer<byte[], byte[]> consumer, String topic, Instant since) {
        this.consumer = consumer;
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            this.ends = consumer.endOffsets(partitions);
            seek(partitions, since);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private void seek(List<TopicPartition> partitions, Instant since) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = new HashMap<>(consumer.offsetsForTimes(times));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp first = found.get(partition);
            consumer.seek(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
        }
    }

    /** The entries since the last call; waits for some up to the timeout. */
    List<byte[]> poll(Duration timeout) {
        List<byte[]> entries = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            byte[] value = record.value();
            if (value != null) {
                entries.add(value);
            }
        }
        return entries;
    }

    /** Whether all that stood in the topic at first was read: the logs are not read in step, and half of them tell nothing. */
    boolean isCaughtUp() {
        caughtUp =
                caughtUp || ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        return caughtUp;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
