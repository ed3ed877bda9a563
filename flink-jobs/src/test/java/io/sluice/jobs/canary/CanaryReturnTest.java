package io.sluice.jobs.canary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.core.event.Topics;
import io.sluice.jobs.protect.ShippedPolicy;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.canary.CanaryReport;
import io.sluice.policies.canary.CanaryTally;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The return is published with its entry or not at all, once, and never over what an officer did meanwhile. */
@NullUnmarked // what is null here fails the test
class CanaryReturnTest {
    private static final Topics TOPICS = new Topics("dev", 1);
    private static final ShippedPolicy SHIPPED = new ShippedPolicy();
    private static BundleBuilder.Built first;
    private static BundleBuilder.Built second;

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final PolicyStore topic = PolicyStore.recordsOnly(SHIPPED.root(), refused -> {
        throw new AssertionError(refused);
    });
    private final AtomicInteger turns = new AtomicInteger();
    private final CanaryReturn canaryReturn = new CanaryReturn(
            TOPICS,
            () -> {
                turns.incrementAndGet();
                return producer;
            },
            () -> topic);
    private SignedActivation carrying;
    private CanaryReport counted;

    @BeforeAll
    static void build() {
        first = SHIPPED.build(1);
        second = SHIPPED.again(first, 2);
    }

    /** Activation 1, and 2 with revision 2 as a canary. */
    @BeforeEach
    void aCanaryIsOut() {
        carrying = SignedActivation.of(canaryGoesOut(topic).value());
        counted = new CanaryTally(carrying.activation()).report();
    }

    private static PolicyRecord canaryGoesOut(PolicyStore store) {
        SHIPPED.bundle(first).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        SHIPPED.bundle(second).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        store.accept(SHIPPED.activation(1, first, null));
        Canary canary = new Canary(new Candidate(second.digest(), 2), 500, ReturnLimit.DEFAULT);
        PolicyRecord out = SHIPPED.activation(2, first, new Rollout(canary, null, false));
        store.accept(out);
        return out;
    }

    @Test
    void writesWhatTheOfficerSignedAndTheEntryInOneTransaction() {
        assertThat(canaryReturn.publish(carrying, counted)).isEmpty();

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).hasSize(2);
        assertThat(producer.history().get(0).topic()).isEqualTo("dev.audit.entries");
        assertThat(new String(producer.history().get(0).value(), UTF_8))
                .contains(
                        "\"code\":\"canary-returned\"",
                        "\"detail\":{\"activation\":3,",
                        "\"canary\":{\"bundle\":\"" + second.digest() + "\",\"revision\":2,\"shareBasisPoints\":500}",
                        "\"decided\":0,\"failed\":0,\"others\":0,\"othersFailed\":0",
                        "\"returnAt\":{\"excessBasisPoints\":200,\"records\":200}");
        assertThat(producer.history().get(1).topic()).isEqualTo("dev.policy.bundles");
        assertThat(producer.history().get(1).key()).isEqualTo("activation/3".getBytes(UTF_8));
        topic.accept(new PolicyRecord("activation/3", producer.history().get(1).value()));
        assertThat(topic.newest().orElseThrow().number()).isEqualTo(3);
        assertThat(topic.newest().orElseThrow().activation().canary()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void writesNothingWhereItStandsAlready() {
        topic.accept(new PolicyRecord(
                "activation/3", carrying.comingBack().orElseThrow().toBytes()));
        assertThat(canaryReturn.publish(carrying, counted)).isEmpty();
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    /** The number is the return's, and free; but the canary is promoted, and nobody is told of a return that was none. */
    @Test
    void writesNothingWhereAnOfficerActed() {
        topic.accept(SHIPPED.activation(4, second, null));
        assertThat(canaryReturn.publish(carrying, counted)).hasValue(4);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void whatIsNotCommittedIsNotDone() {
        producer.commitTransactionException = new KafkaException("gone");
        assertThatThrownBy(() -> canaryReturn.publish(carrying, counted)).isInstanceOf(KafkaException.class);
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    /** Activation 4 is not in force in this room yet: that is told, and the topic is not read again and again for it. */
    @Test
    void theWatchTellsWhatKeepsTheReturnBackAndDoesNotSpin() {
        topic.accept(SHIPPED.activation(4, second, null));
        try (CanaryWatch watch = watch(canaryReturn, Duration.ofHours(1))) {
            assertThat(told(watch, report -> report.fault() != null).text())
                    .contains("revision 2 decided 200 records, 200 (100.00%) of them failed")
                    .endsWith(
                            " Nobody takes it back: activation 4 is the newest in the topic and is not in force here.");
        }
        assertThat(turns).hasValue(1);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void theWatchTellsThatKafkaFailedAndStartsOver() {
        CanaryReturn failing = new CanaryReturn(
                TOPICS,
                () -> {
                    if (turns.getAndIncrement() == 0) {
                        throw new KafkaException("gone");
                    }
                    return producer;
                },
                () -> topic);
        try (CanaryWatch watch = watch(failing, Duration.ofHours(1))) {
            assertThat(told(watch, report -> report.fault() != null).fault()).isEqualTo("KafkaException");
        }
        assertThat(turns).hasValue(1);

        turns.set(0);
        try (CanaryWatch watch = watch(failing, Duration.ZERO)) {
            assertThat(told(watch, CanaryReport::returned).failed()).isEqualTo(200);
        }
        assertThat(turns).hasValue(2);
        assertThat(producer.commitCount()).isEqualTo(1);
    }

    private static CanaryReport told(CanaryWatch watch, Predicate<CanaryReport> what) {
        return await().atMost(Duration.ofMinutes(1))
                .until(watch::report, report -> report.filter(what).isPresent())
                .orElseThrow();
    }

    /** In a room that holds activation 2, over a log in which the canary has failed as often as the limit asks for. */
    private CanaryWatch watch(CanaryReturn to, Duration retryAfter) {
        PolicyStore room = PolicyStore.recordsOnly(SHIPPED.root(), refused -> {
            throw new AssertionError(refused);
        });
        var unused = canaryGoesOut(room);
        return new CanaryWatch(room, to, since -> new EntryTail(failed(200), TOPICS.audit(), since), retryAfter);
    }

    private static MockConsumer<byte[], byte[]> failed(int records) {
        TopicPartition log = new TopicPartition(TOPICS.audit(), 0);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
            @Override
            public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                    Map<TopicPartition, Long> times) {
                return Map.of(log, new OffsetAndTimestamp(0, 0));
            }
        };
        consumer.updatePartitions(
                TOPICS.audit(), List.of(new PartitionInfo(TOPICS.audit(), 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(log, 0L));
        consumer.updateEndOffsets(Map.of(log, (long) records));
        byte[] entry =
                ("{\"id\":\"events.ingress/1/0/5\",\"type\":\"io.sluice.audit.record\",\"policy\":{\"activation\":2,"
                                + "\"bundle\":\"" + second.digest() + "\"},"
                                + "\"outcome\":{\"code\":\"quarantined\",\"reason\":\"decision-invalid\"}}")
                        .getBytes(UTF_8);
        consumer.schedulePollTask(() -> {
            for (int offset = 0; offset < records; offset++) {
                consumer.addRecord(new ConsumerRecord<>(TOPICS.audit(), 0, offset, new byte[0], entry));
            }
        });
        return consumer;
    }
}
