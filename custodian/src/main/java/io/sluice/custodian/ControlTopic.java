package io.sluice.custodian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * {@code keys.control} as the custodian writes it: by key, one after the other, each on every replica before the next. Safe
 * for several threads.
 */
public final class ControlTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final Duration limit;
    private final Producer<byte[], byte[]> producer;
    private final Supplier<Consumer<byte[], byte[]>> consumers;

    /**
     * @param client the custodian's Kafka client settings
     * @param limit longest wait for a record, or for all that the topic holds
     */
    public ControlTopic(Map<String, Object> client, String topic, Duration limit) {
        this(
                topic,
                limit,
                new KafkaProducer<>(
                        producerSettings(client, limit), new ByteArraySerializer(), new ByteArraySerializer()),
                () -> new KafkaConsumer<>(
                        consumerSettings(client, limit), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    ControlTopic(
            String topic,
            Duration limit,
            Producer<byte[], byte[]> producer,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.topic = topic;
        this.limit = limit;
        this.producer = producer;
        this.consumers = consumers;
    }

    /**
     * Writes a record and returns when every replica has it.
     *
     * @throws KafkaException where it is not known to stand there; writing it again does no harm
     */
    public void write(String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value))
                    .get(2 * limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException(topic + " did not take " + key, e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException(topic + " did not take " + key + " in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while writing to " + topic, e);
        }
    }

    /**
     * Passes on all that the topic holds now, in its order.
     *
     * @param each key and value
     * @throws KafkaException where it cannot be read to its end in time
     */
    public void readAll(BiConsumer<String, byte[]> each) {
        List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
        long started = System.nanoTime();
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            long end = consumer.endOffsets(partition).getOrDefault(partition.get(0), 0L);
            while (consumer.position(partition.get(0)) < end) {
                if (System.nanoTime() - started > limit.multipliedBy(6).toNanos()) {
                    throw new KafkaException(topic + " could not be read to its end in time");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.key() != null && record.value() != null) {
                        each.accept(new String(record.key(), UTF_8), record.value());
                    }
                }
            }
        }
    }

    private static Map<String, Object> producerSettings(Map<String, Object> client, Duration limit) {
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("linger.ms", "0");
        settings.put("max.block.ms", Long.toString(limit.toMillis()));
        settings.put("request.timeout.ms", Long.toString(limit.toMillis()));
        settings.put("delivery.timeout.ms", Long.toString(limit.toMillis()));
        return settings;
    }

    private static Map<String, Object> consumerSettings(Map<String, Object> client, Duration limit) {
        Map<String, Object> settings = new LinkedHashMap<>(client);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        settings.put("default.api.timeout.ms", Long.toString(limit.toMillis()));
        settings.put("request.timeout.ms", Long.toString(limit.toMillis()));
        return settings;
    }

    @Override
    public void close() {
        producer.close(limit);
    }
}
