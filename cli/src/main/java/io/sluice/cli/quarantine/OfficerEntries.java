package io.sluice.cli.quarantine;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.audit.AuditEntry;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes entries of an officer's acts, outside of any transaction. */
public final class OfficerEntries implements AutoCloseable {
    private static final int AUDIT_PARTITION = 0;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    private OfficerEntries(KafkaProducer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Connects, so that an act is not begun that could not be recorded. @throws CommandFailure where Kafka is not reached */
    public static OfficerEntries open(OfficerKafka kafka) {
        KafkaProducer<byte[], byte[]> producer = null;
        String topic = kafka.layout().topics().audit();
        try {
            producer = new KafkaProducer<>(kafka.entryProducer(), new ByteArraySerializer(), new ByteArraySerializer());
            if (producer.partitionsFor(topic).isEmpty()) {
                throw new CommandFailure("Topic " + topic + " does not exist; nothing was done");
            }
            return new OfficerEntries(producer, topic);
        } catch (KafkaException | CommandFailure e) {
            if (producer != null) {
                producer.close();
            }
            throw e instanceof CommandFailure failure
                    ? failure
                    : new CommandFailure("Kafka at " + kafka.brokers() + " is not reached; nothing was done", e);
        }
    }

    /** Returns when the entry of what was done is stored. @throws CommandFailure where it is not known to be */
    public void write(AuditEntry entry) {
        write(entry, AUDIT_PARTITION, "It was done, but");
    }

    /**
     * The same for an act that is about one log, has to stand in it, and is told before it is done.
     *
     * @param partition the one that the log is built from
     */
    public void write(AuditEntry entry, int partition) {
        write(entry, partition, "It was not done:");
    }

    private void write(AuditEntry entry, int partition, String deed) {
        try {
            producer.send(new ProducerRecord<>(topic, partition, null, entry.canonical()))
                    .get(OfficerKafka.WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new CommandFailure(deed + " its entry of the audit log could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(deed + " whether its entry of the audit log was written is not known", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
