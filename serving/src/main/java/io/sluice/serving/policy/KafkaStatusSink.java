package io.sluice.serving.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.policies.status.StatusSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** {@code policy.status} in Kafka, by a small producer of its own: what is slow there must not hold up what matters. */
public final class KafkaStatusSink implements StatusSink {
    private static final Duration BLOCK = Duration.ofSeconds(2);
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    /** @param settings what every Kafka client of the room shares */
    public KafkaStatusSink(Map<String, Object> settings, String topic) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-policy-status");
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int)
                DELIVERY.dividedBy(2).toMillis());
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ClusterLayout.SMALL_MAX_BYTES);
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) ClusterLayout.SMALL_MAX_BYTES * 4);
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
    }

    @Override
    public void write(String key, byte[] value, Consumer<@Nullable Exception> done) {
        var unused = producer.send(
                new ProducerRecord<>(topic, key.getBytes(UTF_8), value), (metadata, failure) -> done.accept(failure));
    }

    @Override
    public void close() {
        producer.close(BLOCK);
    }
}
