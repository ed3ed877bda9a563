package io.sluice.cli.quarantine;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.audit.ActEntry;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** That an officer looks into quarantine: an act with an entry of its own, written before anything is shown. */
public final class ReadAct {
    private static final int AUDIT_PARTITION = 0;

    private ReadAct() {}

    /** Writes the entry. @throws CommandFailure where it could not be written; then nothing may be shown */
    public static void write(OfficerKafka kafka, Officer officer, String verb, Selection selection, Clock clock) {
        Map<String, Object> detail = new TreeMap<>(selection.toJson());
        detail.put("certificate", officer.certificate());
        detail.put("verb", verb);
        byte[] entry = ActEntry.of(
                        ActEntry.Code.QUARANTINE_READ,
                        kafka.layout().topics().tenant(),
                        "quarantine",
                        officer.name(),
                        clock.instant(),
                        detail)
                .canonical();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.entryProducer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(kafka.layout().topics().audit(), AUDIT_PARTITION, null, entry))
                    .get(OfficerKafka.WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new CommandFailure("Reading quarantine is an entry of the audit log, and it could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted; nothing was read", e);
        }
    }
}
