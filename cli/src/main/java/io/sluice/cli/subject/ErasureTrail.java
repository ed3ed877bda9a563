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
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the custodian says on {@code keys.control} of the erasures that are asked for; follows it while it is open. For one
 * thread.
 */
public final class ErasureTrail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final OfficerKafka kafka;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Predicate<ErasureCase> wanted;
    private final Map<String, ErasureCase> cases = new LinkedHashMap<>();
    private final String certificateKey;
    private byte @Nullable [] certificate;

    private ErasureTrail(
            OfficerKafka kafka,
            KafkaConsumer<byte[], byte[]> consumer,
            Predicate<ErasureCase> wanted,
            String certificateKey) {
        this.kafka = kafka;
        this.wanted = wanted;
        this.certificateKey = certificateKey;
        this.topic = kafka.layout().topics().keys();
        this.consumer = consumer;
    }

    /** Of one erasure, by the id of its choice's entry. @throws CommandFailure where it cannot be read */
    public static ErasureTrail of(OfficerKafka kafka, String entry) {
        return open(kafka, one -> one.choice().entry().equals(entry), ErasureCertificate.recordKey(entry));
    }

    /** Of all erasures of a subject, without certificates. @throws CommandFailure where it cannot be read */
    public static ErasureTrail of(OfficerKafka kafka, SubjectRef subject) {
        return open(kafka, one -> one.subject().equals(subject), "");
    }

    private static ErasureTrail open(OfficerKafka kafka, Predicate<ErasureCase> wanted, String certificateKey) {
        ErasureTrail trail;
        try {
            trail = new ErasureTrail(
                    kafka,
                    new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                    wanted,
                    certificateKey);
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
                if (wanted.test(found)) {
                    cases.put(found.choice().entry(), found);
                }
            } else if (key.equals(certificateKey)) {
                certificate = record.value();
            }
        }
        return records.count();
    }

    /** The erasures that were asked for, oldest first. */
    public List<ErasureCase> cases() {
        return List.copyOf(cases.values());
    }

    /** The published certificate of the one that was asked for. */
    public Optional<byte[]> certificate() {
        return Optional.ofNullable(certificate);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
