package io.sluice.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the writer does until its client knows where the topic lies. */
@Timeout(60)
class KafkaWriterTest {
    private static final String TOPIC = "dev.events.ingress";

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong late = new AtomicLong();
    private volatile int known = Integer.MAX_VALUE;
    private final Set<String> topics = ConcurrentHashMap.newKeySet();
    private final KafkaWriter writer = new KafkaWriter(
            Slow::new,
            new IngressTopic(TOPIC, Optional::empty),
            PublishLimits.DEFAULT,
            () -> System.nanoTime() + late.get());

    @AfterEach
    void close() {
        writer.close();
    }

    @Test
    void anEventThatComesBeforeTheTopicIsKnownWaitsForIt() throws Exception {
        var written = writer.write(event());
        Awaitility.await().until(() -> asked.get() > 1);
        assertThat(writer.finding()).contains("where " + TOPIC + " lies is not known yet");
        assertThat(written).isNotDone();

        known = asked.get() + 2;

        assertThat(written.get().topic()).isEqualTo(TOPIC);
        assertThat(writer.finding()).isEmpty();
    }

    @Test
    void theTopicIsKnownWithoutAnEvent() {
        known = 3;

        Awaitility.await().until(() -> writer.finding().isEmpty());

        assertThat(asked).hasValue(3);
    }

    @Test
    void whatCannotSayWhereItStandsFails() {
        known = 0;
        var written = writer.write(StampedRecord.unstamped(event()), metadata -> {
            throw new IllegalStateException("no place");
        });

        assertThatThrownBy(() -> written.get(20, TimeUnit.SECONDS)).hasMessageContaining("no place");
    }

    @Test
    void whatComesAsTheThreadEndsIsRefused() {
        AtomicReference<KafkaWriter> closed = new AtomicReference<>();
        KafkaWriter closing =
                new KafkaWriter(Slow::new, new IngressTopic(TOPIC, Optional::empty), PublishLimits.DEFAULT, () -> {
                    KafkaWriter once = closed.getAndSet(null);
                    if (once != null) {
                        once.close(); // the clock is read by whoever writes, once it saw the writer open
                    }
                    return System.nanoTime();
                });
        known = 0;
        Awaitility.await().until(() -> closing.finding().isEmpty());
        closed.set(closing);

        var written = closing.write(event());

        assertThatThrownBy(() -> written.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.BACK_PRESSURE));
    }

    @Test
    void anEventDoesNotWaitForeverForTheTopic() {
        var written = writer.write(event());

        late.set(
                PublishLimits.DEFAULT.maxQueueWait().plus(Duration.ofSeconds(1)).toNanos());

        assertThatThrownBy(written::get)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.KAFKA_UNAVAILABLE));
    }

    @Test
    void aTopicThatMustNotBeWrittenToIsNotAskedFor() throws Exception {
        try (KafkaWriter unplanned = new KafkaWriter(
                Slow::new,
                new IngressTopic("other." + TOPIC, () -> Optional.of("it does not exist")),
                PublishLimits.DEFAULT,
                System::nanoTime)) {
            unplanned
                    .write(new ProducerRecord<>("dev.audit.entries", new byte[1]))
                    .get();

            assertThat(unplanned.finding()).isPresent();
        }
        assertThat(topics).doesNotContain("other." + TOPIC);
    }

    @Test
    void whatStillWaitsIsRefusedWhenTheTimeToCloseIsOver() {
        Duration brief = Duration.ofMillis(100);
        PublishLimits base = PublishLimits.DEFAULT;
        PublishLimits limits = new PublishLimits(
                base.maxBytesInFlight(),
                base.maxRecordBytes(),
                base.maxQueuedRecords(),
                brief,
                base.maxBlock(),
                brief,
                brief.minusMillis(50),
                base.linger(),
                base.maxSeenEvents());
        List<CompletableFuture<RecordMetadata>> written = new ArrayList<>();
        try (KafkaWriter busy =
                new KafkaWriter(Sluggish::new, new IngressTopic(TOPIC, Optional::empty), limits, () -> 0)) {
            for (int i = 0; i < 900; i++) {
                written.add(busy.write(event()));
            }
        }

        assertThat(written.get(0)).isCompleted();
        assertThatThrownBy(written.get(899)::get)
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.BACK_PRESSURE));
    }

    @Test
    void anErrorThatEndsTheThreadIsTold() throws Exception {
        try (KafkaWriter broken = new KafkaWriter(
                Broken::new, new IngressTopic(TOPIC, Optional::empty), PublishLimits.DEFAULT, System::nanoTime)) {
            assertThatThrownBy(broken.write(event())::get).hasCauseInstanceOf(RefusedException.class);

            Awaitility.await()
                    .dontCatchUncaughtExceptions() // the error goes on to the thread's end, which is what is tried
                    .until(() -> broken.finding()
                            .filter(text -> text.contains("restart"))
                            .isPresent());
            assertThat(broken.ending()).as("with a spool too").isPresent();
            assertThatThrownBy(broken.write(event())::get).hasCauseInstanceOf(RefusedException.class);
        }
        assertThat(writer.ending()).isEmpty();
    }

    /** Lacks a class, say. */
    private static final class Broken extends MockProducer<byte[], byte[]> {
        Broken() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            throw new NoClassDefFoundError("of the test");
        }
    }

    /** Takes its time for each record, and does not see an interrupt. */
    private static final class Sluggish extends MockProducer<byte[], byte[]> {
        Sluggish() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            LockSupport.parkNanos(20_000_000);
            return super.send(record, callback);
        }
    }

    private static ProducerRecord<byte[], byte[]> event() {
        return new ProducerRecord<>(TOPIC, new byte[1]);
    }

    /** As Kafka's own on a busy machine: it gives up waiting for where the topic lies, here at once. */
    private final class Slow extends MockProducer<byte[], byte[]> {
        Slow() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            topics.add(topic);
            if (asked.incrementAndGet() < known) {
                throw new TimeoutException("Topic " + topic + " not present in metadata after 500 ms.");
            }
            return super.partitionsFor(topic);
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (record.topic().equals(TOPIC) && asked.get() < known) {
                throw new TimeoutException("Topic " + TOPIC + " not present in metadata after 500 ms.");
            }
            return super.send(record, callback);
        }
    }
}
