package io.sluice.jobs.protect;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes what the job did beside its records to the audit log, at once and outside of its transactions. It happens a few times
 * in the life of a job, so each act has a producer of its own. Thread-safe.
 */
final class JobActs {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String WRITER = "protect/0";

    private final ProtectConfig config;

    JobActs(ProtectConfig config) {
        this.config = config;
    }

    /**
     * Returns when the entry is durable.
     *
     * @throws KafkaUnavailableException where it may not be
     */
    void write(ActEntry.Code code, Map<String, Object> detail) throws InterruptedException {
        AuditEntry entry = ActEntry.of(
                code, config.tenant(), WRITER, WRITER, Clock.systemUTC().instant(), detail);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                config.kafka().toProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            config.topics().audit(), 0, entry.id().getBytes(StandardCharsets.UTF_8), entry.canonical()))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new KafkaUnavailableException("It cannot be audited: " + code.code(), e);
        }
    }
}
