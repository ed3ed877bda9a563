package io.sluice.reveal.trail;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic of one partition from its beginning and goes on with what comes; where Kafka fails it begins anew, so that
 * records may be taken twice. One thread of its own.
 */
public final class TopicTail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BACKOFF = Duration.ofSeconds(1);

    private final Supplier<Consumer<byte[], byte[]>> clients;
    private final TopicPartition partition;
    private final Listener listener;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean readOnce;
    private volatile boolean reading;

    /** What becomes of the records; called on the tail's thread. */
    public interface Listener {
        /** Takes a record; whatever is in it, this does not throw. */
        void take(ConsumerRecord<byte[], byte[]> record);

        /** Everything that stood in the topic has been taken. */
        void caughtUp();
    }

    /** Starts to read. */
    public TopicTail(Supplier<Consumer<byte[], byte[]>> clients, String topic, Listener listener) {
        this.clients = clients;
        this.partition = new TopicPartition(topic, 0);
        this.listener = listener;
        this.thread = new Thread(this::run, "sluice-tail-" + topic);
        thread.setDaemon(true);
        thread.start();
    }

    /** Consumers without a group: read_committed, from the beginning. */
    public static Supplier<Consumer<byte[], byte[]>> clients(Map<String, Object> settings, String clientId) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        return () -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** What keeps the topic from being known, in words; empty where nothing does. */
    public Optional<String> finding() {
        if (!readOnce) {
            return Optional.of(partition.topic() + " was not read to its end yet");
        }
        return reading ? Optional.empty() : Optional.of(partition.topic() + " cannot be read");
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (Consumer<byte[], byte[]> consumer = clients.get()) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                tail(consumer);
            } catch (InterruptException | WakeupException e) {
                return; // close() interrupts
            } catch (KafkaException e) {
                reading = false;
                if (closedWithin(BACKOFF)) {
                    return; // a broker that left first is no fault
                }
                LOG.atWarn()
                        .addKeyValue("topic", partition.topic())
                        .addKeyValue("fault", e.getClass().getName())
                        .log("A topic cannot be read; trying again");
            }
        }
    }

    private void tail(Consumer<byte[], byte[]> consumer) {
        while (closed.getCount() > 0) {
            consumer.poll(POLL).forEach(listener::take);
            if (!reading) {
                Long end = consumer.endOffsets(List.of(partition)).get(partition);
                if (end != null && consumer.position(partition) >= end) {
                    readOnce = true;
                    reading = true;
                    listener.caughtUp();
                }
            }
        }
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // only close() interrupts
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(BACKOFF.multipliedBy(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
