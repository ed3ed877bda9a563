package io.sluice.cli.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is committed to a topic from now on, kept as it grows. One thread at a time.
 *
 * @param <P> what is kept of a record
 */
final class TopicBook<P> implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Function<ConsumerRecord<byte[], byte[]>, P> page;
    private final List<P> pages = new ArrayList<>();

    TopicBook(Map<String, Object> settings, String topic, Function<ConsumerRecord<byte[], byte[]>, P> page) {
        this.page = page;
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.consumer = new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // now and not when it is read
    }

    /** Everything that is committed to a topic, from its first record on. */
    static <P> TopicBook<P> fromTheBeginning(
            Map<String, Object> settings, String topic, Function<ConsumerRecord<byte[], byte[]>, P> page) {
        TopicBook<P> book = new TopicBook<>(settings, topic, page);
        book.consumer.seekToBeginning(book.partitions);
        return book;
    }

    /** How many records the topic ever had, markers of transactions among them. */
    long end() {
        return consumer.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Everything since; within a partition in its order. */
    List<P> read() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> pages.add(page.apply(record)));
        }
        return List.copyOf(pages);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
