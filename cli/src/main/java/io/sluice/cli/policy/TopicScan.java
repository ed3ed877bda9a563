package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what of a topic is committed now, record by record: no more than one fetch is in memory. Stateless. */
public final class TopicScan {
    private static final Duration POLL = Duration.ofMillis(200);

    private TopicScan() {}

    /** How far a topic goes. */
    public record Ends(Map<TopicPartition, Long> offsets) {
        public Ends {
            offsets = Map.copyOf(offsets);
        }
    }

    /**
     * Reads to the end.
     *
     * @param since the earliest time of appending; null for all
     * @param until where to end; null for where it ends now
     * @return where it ended
     * @throws CommandFailure where the topic cannot be read to there
     */
    public static Ends read(
            OfficerKafka kafka,
            String topic,
            @Nullable Instant since,
            @Nullable Ends until,
            Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = until == null ? consumer.endOffsets(partitions) : until.offsets();
            consumer.assign(partitions);
            seek(consumer, partitions, ends, since);
            follow(kafka, topic, consumer, ends, onRecord);
            return new Ends(ends);
        } catch (KafkaException e) {
            throw new CommandFailure(topic + " at " + kafka.brokers() + " cannot be read", e);
        }
    }

    private static void seek(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends,
            @Nullable Instant since) {
        consumer.seekToBeginning(partitions);
        if (since == null) {
            return;
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = new HashMap<>(consumer.offsetsForTimes(times));
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp first = found.get(partition);
            consumer.seek(partition, first == null ? ends.getOrDefault(partition, 0L) : first.offset());
        }
    }

    private static void follow(
            OfficerKafka kafka,
            String topic,
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
        long before = -1;
        long lastProgress = System.nanoTime();
        while (true) {
            long left = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                left += Math.max(0, end.getValue() - consumer.position(end.getKey()));
            }
            if (left == 0) {
                return;
            }
            if (left != before) {
                before = left;
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > OfficerKafka.WAIT.toNanos()) {
                throw new CommandFailure(topic + " at " + kafka.brokers() + " gave nothing for "
                        + OfficerKafka.WAIT.toSeconds() + " s, and " + left + " offsets are not read yet");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
                if (end != null && record.offset() < end) {
                    onRecord.accept(record);
                }
            }
        }
    }
}
