package io.sluice.audit.access;

import io.sluice.core.audit.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code audit.entries} in Kafka: acks=all, idempotent, into the partition of the log that is read. What is on its way stays
 * so until the brokers answer: the producer alone can try again without writing twice.
 */
public final class KafkaEntrySink implements EntrySink {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;

    /**
     * @param settings what every Kafka client of the room shares
     * @param limit how long sending blocks where no broker is known or the buffer is full, and one request may take
     */
    public KafkaEntrySink(Map<String, Object> settings, String topic, int partition, Duration limit) {
        int millis = (int) limit.toMillis();
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-audit-readings");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (long) millis);
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1_000, millis / 2));
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0L);
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.partition = partition;
    }

    @Override
    public CompletableFuture<?> send(AuditEntry entry) {
        CompletableFuture<Void> durable = new CompletableFuture<>();
        byte[] key = entry.id().getBytes(StandardCharsets.UTF_8);
        try {
            var ignored =
                    producer.send(new ProducerRecord<>(topic, partition, key, entry.canonical()), (written, fault) -> {
                        if (fault == null) {
                            durable.complete(null);
                        } else {
                            durable.completeExceptionally(fault);
                        }
                    });
        } catch (KafkaException | IllegalStateException e) { // the latter of a producer that was closed
            durable.completeExceptionally(e);
        }
        return durable;
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
