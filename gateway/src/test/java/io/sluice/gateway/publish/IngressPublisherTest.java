package io.sluice.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.Topics;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.spool.DrainClient;
import io.sluice.gateway.spool.Spool;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.protection.seal.SealedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Promise P9 where events change between Kafka and the spool: no activation falls. */
@Timeout(60)
class IngressPublisherTest {
    private static final Topics TOPICS = new Topics("dev", 1);

    @TempDir
    Path scratch;

    private final MockProducer<byte[], byte[]> direct = producer(false);
    private final List<MockProducer<byte[], byte[]>> drains = new CopyOnWriteArrayList<>();
    private final KafkaWriter writer = new KafkaWriter(
            () -> direct, new IngressTopic(TOPICS.ingress(), Optional::empty), PublishLimits.DEFAULT, System::nanoTime);
    private volatile Optional<String> deviation = Optional.of("Kafka is away");
    private volatile long inForce = 7;
    private Spool spool;
    private IngressPublisher publisher;

    @BeforeEach
    void open() throws IOException {
        spool = new Spool(
                new SpoolConfig(scratch.resolve("spool"), SpoolConfig.LEAST_BYTES),
                new DrainClient(this::drain, event -> IngressPublisher.record(TOPICS, event), () -> deviation));
        publisher = new IngressPublisher(writer, TOPICS, Optional::empty, spool);
    }

    @AfterEach
    void close() {
        spool.close();
        writer.close();
    }

    @Test
    void whatIsSpooledIsNotOlderThanWhatWentPastTheSpool() throws Exception {
        StampedEvent slow = stamped(7);
        inForce = 8;
        lose(stamped(8));

        assertThat(publisher.publish(slow).get()).isEmpty();

        assertThat(spooled()).containsExactly("8");
    }

    @Test
    void whatGoesPastTheSpoolIsNotOlderThanWhatWasDrained() throws Exception {
        StampedEvent slow = stamped(7);
        inForce = 8;
        lose(stamped(7));
        publisher.publish(stamped(8)).get();
        spooled();

        var sent = publisher.publish(slow);

        Awaitility.await().until(direct::completeNext);
        assertThat(sent.get()).isPresent();
        assertThat(stamps(direct)).containsExactly("7", "8");
    }

    @Test
    void aPlaceThatKafkaDoesNotTellIsUnavailable() {
        MockProducer<byte[], byte[]> nowhere =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                        callback.onCompletion(
                                new RecordMetadata(new TopicPartition(record.topic(), 0), -1, 0, -1, 0, 0), null);
                        return CompletableFuture.completedFuture(null);
                    }
                };
        try (KafkaWriter toNowhere = new KafkaWriter(
                () -> nowhere,
                new IngressTopic(TOPICS.ingress(), Optional::empty),
                PublishLimits.DEFAULT,
                System::nanoTime)) {
            var sent = new IngressPublisher(toNowhere, TOPICS, Optional::empty).publish(stamped(7));

            assertThatThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(RefusedException.class, refused -> {
                        assertThat(refused.code()).isEqualTo(ProblemCode.KAFKA_UNAVAILABLE);
                        assertThat(refused.problem().detail()).contains("did not say where");
                    });
        }
    }

    @Test
    void whatIsNoNewerWhenItIsMadeAnewIsRefused() throws Exception {
        lose(stamped(8));
        inForce = 7; // the clock was set back

        assertThatThrownBy(() -> publisher.publish(stamped(7)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ProblemCode.POLICY_UNAVAILABLE));
    }

    /** Sends it past the spool, to a Kafka that does not acknowledge it. */
    private void lose(StampedEvent event) {
        var lost = publisher.publish(event);
        Awaitility.await().until(() -> direct.errorNext(new TimeoutException("delivery")));
        assertThatThrownBy(lost::get).hasCauseInstanceOf(RefusedException.class);
        assertThat(spool.isOpen()).isTrue();
    }

    private List<String> spooled() {
        deviation = Optional.empty();
        Awaitility.await().until(() -> !spool.isOpen());
        return drains.stream().flatMap(drain -> stamps(drain).stream()).toList();
    }

    private MockProducer<byte[], byte[]> drain() {
        MockProducer<byte[], byte[]> made = producer(true);
        drains.add(made);
        return made;
    }

    private StampedEvent stamped(long activation) {
        SealedEvent event = new SealedEvent(
                new byte[] {1}, List.of(), Long.toString(activation).getBytes(UTF_8));
        return new StampedEvent(event, activation, () -> stamped(inForce));
    }

    private static List<String> stamps(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .map(ProducerRecord::value)
                .map(value -> new String(value, UTF_8))
                .toList();
    }

    private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
        return new MockProducer<>(acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
