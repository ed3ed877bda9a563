package io.sluice.gateway.publish;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the gateway's Kafka clients from the deployment's settings. What durability rests on cannot be set otherwise. */
public final class KafkaClients {
    /** What comes within {@code linger} at full load, or sender and broker have twice the requests. */
    private static final int BATCH_BYTES = 128 << 10;
    /** For batches that are not full: each partition has a few under way where Kafka is slow. */
    private static final long UNFILLED_BYTES = 64L << 20;

    /** Where a topic lies is not forgotten in a quiet hour: the next event would wait for it, no longer than {@code maxBlock}. */
    private static final Duration KEEP_METADATA = Duration.ofDays(365);

    private KafkaClients() {}

    /** Producers: idempotent, acks=all, no transactions (control records would look like gaps in the ingress). */
    public static Supplier<Producer<byte[], byte[]>> producers(Map<String, Object> settings, PublishLimits limits) {
        return producers(settings, limits, "sluice-gateway", 5);
    }

    /** Producers that drain a spool: as the others, and one request under way, so that a repeat overtakes nothing. */
    public static Supplier<Producer<byte[], byte[]>> drains(Map<String, Object> settings, PublishLimits limits) {
        return producers(settings, limits, "sluice-gateway-drain", 1);
    }

    private static Supplier<Producer<byte[], byte[]>> producers(
            Map<String, Object> settings, PublishLimits limits, String name, int underWay) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.CLIENT_ID_CONFIG, name);
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, underWay);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, limits.maxBlock().toMillis());
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                limits.deliveryTimeout().toMillis());
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                limits.requestTimeout().toMillis());
        all.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, KEEP_METADATA.toMillis());
        all.put(ProducerConfig.LINGER_MS_CONFIG, limits.linger().toMillis());
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, limits.maxRecordBytes());
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, limits.maxBytesInFlight() + UNFILLED_BYTES);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none"); // sealed bytes do not compress
        all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        return () -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Consumers of {@code policy.bundles}: no group, everything from the beginning. */
    public static Supplier<Consumer<byte[], byte[]>> consumers(Map<String, Object> settings) {
        return consumers(settings, "sluice-gateway-policy");
    }

    /** Consumers of {@code audit.entries}: no group, from where they are told to. */
    public static Supplier<Consumer<byte[], byte[]>> entries(Map<String, Object> settings) {
        return consumers(settings, "sluice-gateway-outcomes");
    }

    private static Supplier<Consumer<byte[], byte[]>> consumers(Map<String, Object> settings, String name) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ConsumerConfig.CLIENT_ID_CONFIG, name);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        return () -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
