package io.sluice.audit.access;

import io.sluice.core.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code audit.entries} in Kafka: acks=all, idempotent, into the partition of the log that is read. */
public final class KafkaEntrySink implements EntrySink {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;
    private final Duration limit;

    /**
     * @param settings what every Kafka client of the room shares
     * @param limit how long a write waits for the brokers
     */
    public KafkaEntrySink(Map<String, Object> settings, String topic, int partition, Duration limit) {
        int millis = (int) limit.toMillis();
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-audit-readings");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1_000, millis / 2));
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0L);
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.partition = partition;
        this.limit = limit;
    }

    @Override
    public void write(List<AuditEntry> entries) throws EntryNotDurableException {
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (AuditEntry entry : entries) {
                byte[] key = entry.id().getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(topic, partition, key, entry.canonical())));
            }
            for (Future<?> written : sent) {
                written.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new EntryNotDurableException("audit.entries could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EntryNotDurableException("interrupted while writing to audit.entries", e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
