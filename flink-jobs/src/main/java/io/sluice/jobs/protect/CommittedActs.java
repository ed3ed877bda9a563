package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.jobs.kafka.ClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The entries of acts that stand in {@code audit.entries}, where the job's own transactions are always under way. */
final class CommittedActs {
    private static final Duration POLL = Duration.ofMillis(500);
    /** It does not get on for so long: Kafka is not reached, or a transaction hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ClientSettings settings;
    private final TopicPartition acts;

    CommittedActs(ClientSettings settings, String topic) {
        this.settings = settings;
        this.acts = new TopicPartition(topic, 0);
    }

    /**
     * Whether an entry stands there, committed. Waits until whatever was under way when it was asked is committed or not.
     *
     * @param id the record's key
     * @param since it was not written before, by the brokers' times
     * @throws KafkaException where that cannot be found out now
     */
    boolean has(String id, Instant since) {
        byte[] key = id.getBytes(UTF_8);
        long begin;
        long end;
        try (KafkaConsumer<byte[], byte[]> all = consumer("read_uncommitted")) {
            // To who reads what is committed, the end is before the oldest transaction that is open.
            end = all.endOffsets(List.of(acts)).getOrDefault(acts, 0L);
            Map<TopicPartition, @Nullable OffsetAndTimestamp> found =
                    all.offsetsForTimes(Map.of(acts, since.toEpochMilli()));
            OffsetAndTimestamp first = found.get(acts);
            begin = first == null ? end : first.offset();
        }
        try (KafkaConsumer<byte[], byte[]> committed = consumer("read_committed")) {
            committed.assign(List.of(acts));
            committed.seek(acts, begin);
            long heardNanos = System.nanoTime();
            for (long at = begin; at < end; ) {
                for (ConsumerRecord<byte[], byte[]> record : committed.poll(POLL)) {
                    if (Arrays.equals(record.key(), key)) {
                        return true;
                    }
                }
                long next = committed.position(acts);
                if (next > at) {
                    heardNanos = System.nanoTime();
                } else if (System.nanoTime() - heardNanos > PATIENCE.toNanos()) {
                    throw new KafkaException(acts + " gave nothing for " + PATIENCE);
                }
                at = next;
            }
            return false;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Properties properties = settings.toProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
