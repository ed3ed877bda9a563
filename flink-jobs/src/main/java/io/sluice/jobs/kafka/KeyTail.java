package io.sluice.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.protection.keytree.SignedAnnouncement;
import io.sluice.protection.keytree.SubjectKeys;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a registry of subjects' keys from {@code keys.control} on a thread of its own, and ticks it on another, so that
 * neither Kafka nor the KMS makes it believe that the JVM stood still. Where Kafka fails it reads the topic anew from the start
 * after {@link #RETRY_AFTER}; the registry takes announcements twice. Runs until it is closed.
 */
public final class KeyTail implements AutoCloseable {
    /** Pause before a topic that failed is opened again. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final ClientSettings settings;
    private final TopicPartition partition;
    private final SubjectKeys registry;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread following;
    private final Thread ticking;

    /** Starts to read. @param registry stays the caller's */
    public KeyTail(ClientSettings settings, String topic, SubjectKeys registry) {
        this.settings = settings;
        this.partition = new TopicPartition(topic, 0);
        this.registry = registry;
        this.following = start(this::follow, "key-tail");
        this.ticking = start(this::tick, "key-tick");
    }

    private static Thread start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void tick() {
        do {
            registry.tick();
        } while (!closedWithin(TICK));
    }

    private void follow() {
        while (!closedWithin(Duration.ZERO)) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                while (!closedWithin(Duration.ZERO)) {
                    consumer.poll(POLL).forEach(this::accept);
                }
            } catch (KafkaException e) {
                if (closedWithin(RETRY_AFTER)) {
                    return; // a broker that left first is no fault
                }
                LOG.atWarn()
                        .addKeyValue("topic", partition.topic())
                        .addKeyValue("fault", e.getClass().getSimpleName())
                        .log("The topic of keys cannot be read now; starting over");
            } catch (RuntimeException e) {
                // The registry answers for any bytes; this is a bug. Without announcements its leases end.
                LOG.atError().setCause(e).log("The key tail failed; starting over");
                closedWithin(RETRY_AFTER);
            }
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key != null && value != null && SignedAnnouncement.isRecordKey(new String(key, UTF_8))) {
            registry.accept(value);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Properties properties = settings.toProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return consumer;
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private boolean closedWithin(Duration wait) {
        try {
            return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // only close() interrupts
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            for (Thread thread : List.of(following, ticking)) {
                thread.join(CLOSE_WITHIN.toMillis());
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
