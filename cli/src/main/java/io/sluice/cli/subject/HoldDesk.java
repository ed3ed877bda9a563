package io.sluice.cli.subject;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cli.quarantine.Officer;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.LegalHold;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sets and releases legal holds: the hold and the audit entry that says so are one Kafka transaction. Stateless. */
public final class HoldDesk {
    /** Entries of acts go to the first log. */
    private static final int AUDIT_PARTITION = 0;

    private final OfficerKafka kafka;
    private final Officer officer;
    private final Clock clock;

    public HoldDesk(OfficerKafka kafka, Officer officer, Clock clock) {
        this.kafka = kafka;
        this.officer = officer;
        this.clock = clock;
    }

    /** Holds a subject's data. @throws CommandFailure where it could not be written */
    public LegalHold hold(SubjectRef subject, String reason, @Nullable Instant until) {
        LegalHold hold = new LegalHold(reason, officer.name(), clock.instant(), until);
        write(subject, hold.toBytes(), ActEntry.Code.LEGAL_HOLD_SET, Map.of("hold", hold.toJson()));
        return hold;
    }

    /** Ends a hold. @throws CommandFailure where there is none, or it could not be written */
    public void release(SubjectRef subject, String why) {
        LegalHold hold = standing(subject)
                .orElseThrow(() -> new CommandFailure("No legal hold stands for " + subject
                        + "; nothing was released. \"./sluice subject status\" says what does"));
        write(subject, null, ActEntry.Code.LEGAL_HOLD_RELEASED, Map.of("hold", hold.toJson(), "why", why));
    }

    /** The hold of a subject, whether it lasts or has ended by itself. @throws CommandFailure where it cannot be read */
    public Optional<LegalHold> standing(SubjectRef subject) {
        return Optional.ofNullable(values().get(subject.value())).map(LegalHold::of);
    }

    /**
     * The references of all subjects for whom a hold lasts now.
     *
     * @throws CommandFailure where they cannot be read, or one of them is no hold that anybody could understand
     */
    public Set<String> held() {
        Set<String> held = new TreeSet<>();
        values().forEach((subject, value) -> {
            try {
                if (LegalHold.of(value).holdsAt(clock.instant())) {
                    held.add(subject);
                }
            } catch (IllegalArgumentException e) {
                throw new CommandFailure("The hold of " + subject + " cannot be read: " + e.getMessage(), e);
            }
        });
        return held;
    }

    /** By subject what was written last, but for what was released. */
    private Map<String, byte[]> values() {
        String topic = kafka.layout().topics().holds();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            Map<String, byte[]> values = new TreeMap<>();
            long heard = System.nanoTime();
            while (consumer.position(partition) < end) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    String subject = record.key() == null ? "" : new String(record.key(), UTF_8);
                    if (record.value() == null) {
                        values.remove(subject);
                    } else {
                        values.put(subject, record.value());
                    }
                }
                if (!records.isEmpty()) {
                    heard = System.nanoTime();
                } else if (System.nanoTime() - heard > OfficerKafka.WAIT.toNanos()) {
                    throw new CommandFailure(topic + " at " + kafka.brokers() + " gave nothing for "
                            + OfficerKafka.WAIT.toSeconds() + " s");
                }
            }
            return values;
        } catch (KafkaException e) {
            throw new CommandFailure(topic + " at " + kafka.brokers() + " cannot be read", e);
        }
    }

    private void write(SubjectRef subject, byte @Nullable [] hold, ActEntry.Code code, Map<String, Object> said) {
        Topics topics = kafka.layout().topics();
        Map<String, Object> detail = new TreeMap<>(said);
        detail.put("subject", subject.value());
        detail.put("certificate", officer.certificate());
        AuditEntry entry = ActEntry.of(code, topics.tenant(), "subject", officer.name(), clock.instant(), detail);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer("holds"), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            // The commit fails where one of these did.
            var unusedHold = producer.send(
                    new ProducerRecord<>(topics.holds(), 0, subject.value().getBytes(UTF_8), hold));
            var unusedEntry =
                    producer.send(new ProducerRecord<>(topics.audit(), AUDIT_PARTITION, null, entry.canonical()));
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw new CommandFailure(
                    "Kafka did not take it, or did not say so; \"./sluice subject status\" tells what stands", e);
        }
    }
}
