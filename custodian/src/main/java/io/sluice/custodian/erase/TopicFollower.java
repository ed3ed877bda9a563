package io.sluice.custodian.erase;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all partitions of a topic, committed records only, from where it is told on. For one thread. */
final class TopicFollower implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Duration limit;

    /** @param from by partition the first offset to read; what is no longer there is passed over */
    TopicFollower(Map<String, Object> client, String topic, Duration limit, ToLongFunction<Integer> from) {
        this.limit = limit;
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", "false");
        settings.put("default.api.timeout.ms", Long.toString(limit.toMillis()));
        settings.put("request.timeout.ms", Long.toString(limit.toMillis()));
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, from.applyAsLong(partition.partition())));
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** What has come; waits a moment for it. */
    Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        return consumer.poll(POLL);
    }

    /** Passes on all that is there now. @throws KafkaException where it is not read to its end in time */
    void catchUp(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long heard = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            records.forEach(each);
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > limit.toNanos()) {
                throw new KafkaException(partitions.get(0).topic() + " could not be read to its end in time");
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
