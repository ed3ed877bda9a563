package io.sluice.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.decision.Activation;
import io.sluice.core.event.Headers;
import io.sluice.core.event.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends quarantined records again, byte for byte, each with the activation that is to decide it. An officer's turn: opening it
 * ends every other officer's. A batch and the audit entry that names each of its records are one Kafka transaction; a turn
 * that dies leaves whole batches, and what was not sent is still open. For one thread.
 */
public final class Requeuer implements AutoCloseable {
    /** Most records of one transaction: their entry names them all, within the entry's limit. */
    static final int MAX_BATCH = 500;
    /** Most sealed bytes of one transaction. */
    static final int MAX_BATCH_BYTES = 8 << 20;
    /** Entries of acts go to the first log. */
    private static final int AUDIT_PARTITION = 0;

    private final Topics topics;
    private final Officer officer;
    private final Activation activation;
    private final String why;
    private final Clock clock;
    private final Producer<byte[], byte[]> producer;
    private final List<QuarantinedRecord> batch = new ArrayList<>();
    private long batchBytes;
    private long sent;

    Requeuer(
            Topics topics,
            Officer officer,
            Activation activation,
            String why,
            Clock clock,
            Producer<byte[], byte[]> producer) {
        this.topics = topics;
        this.officer = officer;
        this.activation = activation;
        this.why = why;
        this.clock = clock;
        this.producer = producer;
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw new CommandFailure("Kafka does not let the officer write; nothing was requeued", e);
        }
    }

    /**
     * Takes the turn.
     *
     * @param activation what decides: it is in force
     * @param why the officer's reason, for the audit log
     * @throws CommandFailure where Kafka cannot be reached or does not let the officer in
     */
    public static Requeuer open(OfficerKafka kafka, Officer officer, Activation activation, String why, Clock clock) {
        Producer<byte[], byte[]> producer;
        try {
            producer = new KafkaProducer<>(
                    kafka.producer("quarantine"), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new CommandFailure("The officer's connection to Kafka cannot be made", e);
        }
        return new Requeuer(kafka.layout().topics(), officer, activation, why, clock, producer);
    }

    /** Takes a record, and sends the batch where it is full. @throws CommandFailure saying how many were sent */
    public void add(QuarantinedRecord record) {
        batch.add(record);
        byte[] value = record.record().value();
        batchBytes += value == null ? 0 : value.length;
        if (batch.size() >= MAX_BATCH || batchBytes >= MAX_BATCH_BYTES) {
            finish();
        }
    }

    /** Sends what was taken and not yet sent. @throws CommandFailure saying how many were sent */
    public void finish() {
        if (batch.isEmpty()) {
            return;
        }
        try {
            producer.beginTransaction();
            // The commit fails where one of these did.
            var unusedAct =
                    producer.send(new ProducerRecord<>(topics.audit(), AUDIT_PARTITION, null, entry().canonical()));
            for (QuarantinedRecord record : batch) {
                var unused = producer.send(again(record.record()));
            }
            producer.flush();
        } catch (KafkaException e) {
            throw new CommandFailure("Requeueing stopped; " + sent + " records were requeued, the others are open", e);
        }
        try {
            producer.commitTransaction();
        } catch (TimeoutException | InterruptException e) {
            throw new CommandFailure(
                    sent + " records were requeued, and Kafka did not say whether " + batch.size()
                            + " more were: all of them or none. \"./sluice quarantine list\" tells; a second requeue"
                            + " releases nothing twice",
                    e);
        } catch (KafkaException e) {
            throw new CommandFailure("Requeueing stopped; " + sent + " records were requeued, the others are open", e);
        }
        sent += batch.size();
        batch.clear();
        batchBytes = 0;
    }

    /** How many were sent. */
    public long sent() {
        return sent;
    }

    /** As it stands in quarantine: the job's ticket holds for that alone. */
    private ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> record) {
        ProducerRecord<byte[], byte[]> again =
                new ProducerRecord<>(topics.requeue(), null, record.key(), record.value(), record.headers());
        again.headers()
                .add(Headers.ACTIVATION, Long.toString(activation.number()).getBytes(UTF_8));
        return again;
    }

    private AuditEntry entry() {
        Map<String, Object> detail = new TreeMap<>();
        detail.put("certificate", officer.certificate());
        detail.put("why", why);
        detail.put("activation", activation.number());
        detail.put("revision", activation.revision());
        detail.put("count", (long) batch.size());
        detail.put(
                "records",
                batch.stream().map(record -> record.facts().entryId()).toList());
        AuditEntry entry = ActEntry.of(
                ActEntry.Code.QUARANTINE_REQUEUED,
                topics.tenant(),
                "quarantine",
                officer.name(),
                clock.instant(),
                detail);
        if (!entry.fits()) {
            throw new CommandFailure("The audit entry would not fit the log; nothing more was requeued");
        }
        return entry;
    }

    /** Ends the turn; a transaction that was not committed is aborted by the brokers at the latest. */
    @Override
    public void close() {
        producer.close(OfficerKafka.WAIT);
    }
}
