package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Rollout;
import io.sluice.core.event.Tags;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P9: which policy decides is a function of the stamp and the record, until a floor lies under it. */
@NullUnmarked // what is null here fails the test
class KnownPoliciesTest {
    private static final int SUBJECTS = 200;

    private static ShippedPolicy shipped;
    private static BundleBuilder.Built first;
    private static BundleBuilder.Built second;
    private static BundleBuilder.Built third;

    private PolicyStore store;

    @BeforeAll
    static void build() {
        shipped = new ShippedPolicy();
        first = shipped.build(1);
        second = shipped.again(first, 2);
        third = shipped.again(first, 3);
    }

    /** Activation 1, and 2 with revision 2 as the canary of half of the subjects. */
    @BeforeEach
    void aCanaryIsOut() {
        store = PolicyStore.recordsOnly(shipped.root(), refused -> {
            throw new AssertionError(refused);
        });
        activate(1, first, null);
        shipped.bundle(second).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        activate(2, first, new Rollout(canary(), null, false));
    }

    private static Canary canary() {
        return new Canary(new Candidate(second.digest(), 2), 5_000);
    }

    private void activate(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        shipped.bundle(active).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        store.accept(shipped.activation(number, active, rollout));
    }

    private KnownPolicies task() {
        return new KnownPolicies(store, Duration.ZERO, Duration.ZERO, System::nanoTime);
    }

    private static Tags tags(int number, boolean hasSubject) {
        return new Tags(
                "event-" + number,
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                "orders",
                "webshop",
                "order-fulfilment",
                hasSubject ? World.subject(number) : null,
                null,
                World.NOW,
                2,
                new TreeMap<>());
    }

    private static Ruling.Decides choose(KnownPolicies task, long activation, Tags tags) throws Exception {
        assertThat(task.choose(activation, tags)).isInstanceOf(Ruling.Decides.class);
        return (Ruling.Decides) task.choose(activation, tags);
    }

    @Test
    void theCanaryDecidesItsShareAndTheSameOnEveryReplay() throws Exception {
        KnownPolicies task = task();
        long[] before = new long[2 * SUBJECTS];
        int share = 0;
        for (int i = 0; i < before.length; i++) {
            Tags tags = tags(i, i < SUBJECTS);
            Ruling.Decides ruling = choose(task, 2, tags);
            String key = i < SUBJECTS ? World.subject(i).value() : "event-" + i;
            before[i] = ruling.policy().revision();
            assertThat(before[i]).isEqualTo(canary().includes(key) ? 2 : 1);
            assertThat(ruling.activation()).isEqualTo(2);
            assertThat(choose(task, 1, tags).policy().revision()).isEqualTo(1);
            share += before[i] == 2 ? 1 : 0;
        }
        assertThat(share).isBetween(SUBJECTS / 2, SUBJECTS * 3 / 2);

        activate(3, second, null); // promoted
        KnownPolicies restarted = task();
        for (int i = 0; i < before.length; i++) {
            Tags tags = tags(i, i < SUBJECTS);
            assertThat(choose(restarted, 2, tags).policy().revision()).isEqualTo(before[i]);
            assertThat(choose(task, 2, tags).policy().revision()).isEqualTo(before[i]);
            assertThat(choose(task, 3, tags).policy().revision()).isEqualTo(2);
        }
    }

    @Test
    void aFloorActsAsItIsLearntOnWhatWasStampedBeforeAndOnNothingElse() throws Exception {
        KnownPolicies task = task();
        assertThat(choose(task, 1, tags(1, true)).policy().revision()).isEqualTo(1);

        activate(3, third, new Rollout(null, null, true));
        for (long stamped = 1; stamped <= 2; stamped++) {
            Ruling.Decides floored = choose(task, stamped, tags(1, true));
            assertThat(floored.policy().revision()).isEqualTo(3);
            assertThat(floored.policy().bundle()).isEqualTo(third.digest());
            assertThat(floored.activation()).as("what was applied").isEqualTo(3);
        }
        assertThat(choose(task, 3, tags(1, true)).activation()).isEqualTo(3);

        BundleBuilder.Built fourth = shipped.again(first, 4);
        activate(4, fourth, null); // no floor: it lifts none either
        assertThat(choose(task, 1, tags(1, true)).activation()).isEqualTo(3);
        assertThat(choose(task, 4, tags(1, true)).policy().revision()).isEqualTo(4);
        activate(5, fourth, new Rollout(null, null, true)); // what is in force becomes one
        assertThat(choose(task, 1, tags(1, true)).activation()).isEqualTo(5);
        assertThat(choose(task, 4, tags(1, true)).activation()).isEqualTo(5);
    }

    @Test
    void whatNobodyKnowsIsDecidedByNobody() throws Exception {
        assertThat(task().choose(9, tags(1, true))).isEqualTo(Ruling.None.UNKNOWN);
    }
}
