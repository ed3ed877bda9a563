package io.sluice.benchmarks.protect;

import io.sluice.certs.DevIdentity;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a round committed, as a recipient would: {@code read_committed}, from where the round began to the end. */
final class Committed {
    private static final Duration POLL = Duration.ofMillis(200);

    private final TestBed bed;
    private final Map<TopicPartition, Long> begin;

    /** @param begin the end of every partition before the round */
    Committed(TestBed bed, Map<TopicPartition, Long> begin) {
        this.bed = bed;
        this.begin = begin;
    }

    /** Each record of a topic, those of a partition in their order. */
    void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<String, Object> settings = bed.settings(DevIdentity.ADMIN);
        settings.put("isolation.level", "read_committed");
        settings.put("max.poll.records", 10_000);
        Collection<TopicPartition> partitions =
                begin.keySet().stream().filter(at -> at.topic().equals(topic)).toList();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            begin.forEach((at, offset) -> {
                if (partitions.contains(at)) {
                    consumer.seek(at, offset);
                }
            });
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(reader);
            }
        }
    }

    /** How many records and bytes (keys, headers, values) a topic got. */
    Volume volume(String topic) {
        long[] sums = new long[2];
        read(topic, record -> {
            sums[0]++;
            sums[1] += bytes(record);
        });
        return new Volume(sums[0], sums[1]);
    }

    /**
     * What a topic got.
     *
     * @param records how many records
     * @param bytes of keys, headers and values
     */
    record Volume(long records, long bytes) {}

    private static long bytes(ConsumerRecord<byte[], byte[]> record) {
        long bytes = (long) Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        for (org.apache.kafka.common.header.Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
