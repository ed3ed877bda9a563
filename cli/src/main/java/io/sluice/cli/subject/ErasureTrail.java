package io.sluice.cli.subject;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.erase.ErasureCase;
import io.sluice.custodian.erase.ErasureCertificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the custodian says on {@code keys.control} of erasures; follows it while it is open. For one thread. */
public final class ErasureTrail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final OfficerKafka kafka;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, ErasureCase> cases = new LinkedHashMap<>();
    private final Map<String, byte[]> certificates = new LinkedHashMap<>();

    private ErasureTrail(OfficerKafka kafka, KafkaConsumer<byte[], byte[]> consumer) {
        this.kafka = kafka;
        this.topic = kafka.layout().topics().keys();
        this.consumer = consumer;
    }

    /** Reads what is there. @throws CommandFailure where it cannot be read */
    public static ErasureTrail open(OfficerKafka kafka) {
        ErasureTrail trail;
        try {
            trail = new ErasureTrail(
                    kafka,
                    new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        } catch (KafkaException e) {
            throw new CommandFailure("The officer's connection to Kafka cannot be made", e);
        }
        try {
            trail.readAll();
            return trail;
        } catch (RuntimeException e) {
            trail.close();
            throw e;
        }
    }

    private void readAll() {
        TopicPartition partition = new TopicPartition(topic, 0);
        long heard = System.nanoTime();
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                if (read() > 0) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > OfficerKafka.WAIT.toNanos()) {
                    throw new CommandFailure(topic + " at " + kafka.brokers() + " gave nothing for "
                            + OfficerKafka.WAIT.toSeconds() + " s");
                }
            }
        } catch (KafkaException e) {
            throw new CommandFailure(topic + " at " + kafka.brokers() + " cannot be read", e);
        }
    }

    /** Waits a moment for more. */
    public void poll() {
        try {
            int unused = read();
        } catch (KafkaException e) {
            throw new CommandFailure(topic + " at " + kafka.brokers() + " cannot be read", e);
        }
    }

    private int read() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.key() == null || record.value() == null) {
                continue;
            }
            String key = new String(record.key(), UTF_8);
            if (ErasureCase.isRecordKey(key)) {
                ErasureCase found =
                        ErasureCase.of(record.value(), kafka.layout().topics().tenant());
                cases.put(found.choice().entry(), found);
            } else if (ErasureCertificate.isRecordKey(key)) {
                certificates.put(key, record.value());
            }
        }
        return records.count();
    }

    /** The erasure of a choice, by the id of its entry. */
    public Optional<ErasureCase> of(String entry) {
        return Optional.ofNullable(cases.get(entry));
    }

    /** All erasures of a subject, oldest first. */
    public List<ErasureCase> of(SubjectRef subject) {
        return cases.values().stream()
                .filter(one -> one.subject().equals(subject))
                .toList();
    }

    /** The published certificate of a choice, by the id of its entry. */
    public Optional<byte[]> certificate(String entry) {
        return Optional.ofNullable(certificates.get(ErasureCertificate.recordKey(entry)));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
