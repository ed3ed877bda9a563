package io.sluice.jobs.canary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
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
    private final CanaryReturn canaryReturn = new CanaryReturn(TOPICS, () -> producer, () -> topic);
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
        SHIPPED.bundle(first).forEach((key, value) -> topic.accept(new PolicyRecord(key, value)));
        SHIPPED.bundle(second).forEach((key, value) -> topic.accept(new PolicyRecord(key, value)));
        topic.accept(SHIPPED.activation(1, first, null));
        Canary canary = new Canary(new Candidate(second.digest(), 2), 500, ReturnLimit.DEFAULT);
        PolicyRecord out = SHIPPED.activation(2, first, new Rollout(canary, null, false));
        topic.accept(out);
        carrying = SignedActivation.of(out.value());
        counted = new CanaryTally(carrying.activation()).report();
    }

    @Test
    void writesWhatTheOfficerSignedAndTheEntryInOneTransaction() {
        assertThat(canaryReturn.publish(carrying, counted)).isTrue();

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
        assertThat(canaryReturn.publish(carrying, counted)).isTrue();
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    /** The number is the return's, and free; but the canary is promoted, and nobody is told of a return that was none. */
    @Test
    void writesNothingWhereAnOfficerActed() {
        topic.accept(SHIPPED.activation(4, second, null));
        assertThat(canaryReturn.publish(carrying, counted)).isFalse();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void whatIsNotCommittedIsNotDone() {
        producer.commitTransactionException = new KafkaException("gone");
        assertThatThrownBy(() -> canaryReturn.publish(carrying, counted)).isInstanceOf(KafkaException.class);
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }
}
