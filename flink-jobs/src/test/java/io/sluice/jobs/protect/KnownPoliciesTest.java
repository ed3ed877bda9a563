package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Rollout;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Tags;
import io.sluice.jobs.kafka.PolicyTail;
import io.sluice.policies.build.BundleArchive;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.BundleFiles;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
        store = nothingRead();
        activate(1, first, null);
        shipped.bundle(second).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        activate(2, first, new Rollout(canary(), null, false));
    }

    private static PolicyStore nothingRead() {
        return PolicyStore.recordsOnly(shipped.root(), refused -> {
            throw new AssertionError(refused);
        });
    }

    private static Canary canary() {
        return new Canary(new Candidate(second.digest(), 2), 5_000);
    }

    private void activate(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        shipped.bundle(active).forEach((key, value) -> store.accept(new PolicyRecord(key, value)));
        store.accept(shipped.activation(number, active, rollout));
    }

    private static List<PolicyRecord> records(long number, BundleBuilder.Built active, @Nullable Rollout rollout) {
        List<PolicyRecord> records = new ArrayList<>();
        shipped.bundle(active).forEach((key, value) -> records.add(new PolicyRecord(key, value)));
        records.add(shipped.activation(number, active, rollout));
        return records;
    }

    /** Revision 1 with one field less for marketing. */
    private static BundleBuilder.Built closing(long revision) throws Exception {
        SortedMap<String, byte[]> files = new TreeMap<>(BundleArchive.read(first.archive()));
        ObjectNode data = (ObjectNode) StrictJson.read(files.get(BundleFiles.DATA));
        ((ObjectNode) data.at("/matrix/orders/marketing/fields").path("/customer/email")).put("transform", "drop");
        files.put(BundleFiles.DATA, CanonicalJson.bytes(data));
        byte[] archive = BundleArchive.write(files);
        return shipped.again(new BundleBuilder.Built(archive, first.digest(), first.metadata()), revision);
    }

    /** {@code policy.bundles}, handed out as the test says. */
    private static final class Topic implements PolicyFeed {
        private final LinkedBlockingQueue<List<PolicyRecord>> batches = new LinkedBlockingQueue<>();
        private volatile boolean whole;

        @Override
        public List<PolicyRecord> poll(Duration timeout) {
            try {
                List<PolicyRecord> batch = batches.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
                return batch == null ? List.of() : batch;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean atEnd() {
            return whole && batches.isEmpty();
        }

        @Override
        public void close() {}
    }

    private static KnownPolicies following(PolicyStore store, PolicyTail tail, Duration wait) {
        return new KnownPolicies(store, tail::isCaughtUp, wait, Duration.ZERO, System::nanoTime, policy -> null);
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

    /** After a restart the stamped activation is read before the floor; deciding under it would forget the floor. */
    @Test
    void nothingIsDecidedBeforeTheTopicWasReadToItsEndOnce() throws Exception {
        PolicyStore read = nothingRead();
        Topic topic = new Topic();
        topic.batches.add(records(1, first, null));
        try (PolicyTail tail = new PolicyTail(() -> topic, "dev.policy.bundles", read)) {
            await().until(() -> read.activation(1).isPresent());
            KnownPolicies hasty = following(read, tail, Duration.ZERO);
            assertThat(hasty.choose(1, tags(1, true))).isEqualTo(Ruling.None.UNKNOWN);
            assertThat(hasty.activation(1)).isEmpty();

            int[] asked = {0};
            KnownPolicies patient = new KnownPolicies(
                    read,
                    () -> {
                        if (++asked[0] == 2) { // while the first record waits
                            topic.batches.add(records(3, third, new Rollout(null, null, true)));
                            topic.whole = true;
                        }
                        return tail.isCaughtUp();
                    },
                    Duration.ofMinutes(2),
                    Duration.ZERO,
                    System::nanoTime,
                    policy -> null);
            Ruling firstRecord = patient.choose(1, tags(1, true));
            assertThat(firstRecord).isInstanceOfSatisfying(Ruling.Decides.class, decides -> {
                assertThat(decides.activation()).isEqualTo(3);
                assertThat(decides.policy().revision()).isEqualTo(3);
            });
            assertThat(choose(hasty, 1, tags(1, true)).activation()).isEqualTo(3);

            int before = asked[0];
            assertThat(choose(patient, 1, tags(2, true)).activation()).isEqualTo(3);
            assertThat(asked[0]).as("what is at hand asks nobody").isEqualTo(before);
        }
    }

    @Test
    void aFloorThatComesLateCountsAlthoughItIsNotTheNewest() throws Exception {
        store = nothingRead();
        activate(1, first, null);
        List<PolicyRecord> late = records(2, closing(2), new Rollout(null, null, true));
        activate(3, third, new Rollout(null, null, true));
        KnownPolicies task = task();
        assertThat(choose(task, 1, tags(1, true)).activation()).isEqualTo(3);

        late.forEach(store::accept);
        assertThat(store.newestFloor()).isEqualTo(3);
        Ruling.Decides floored = choose(task, 1, tags(1, true));
        assertThat(floored.activation()).as("it closes more than the newest").isEqualTo(2);
        assertThat(floored.policy().revision()).isEqualTo(2);
    }

    /** The share of a canary that is not known must not fall to the active revision. */
    @Test
    void anActivationWithoutItsCanaryIsNotKnown() {
        KnownPolicies task = task();
        assertThat(task.stamped(store.activation(2).orElseThrow(), Optional.empty()))
                .isEmpty();
        assertThat(task.stamped(store.activation(2).orElseThrow(), store.canary(2)))
                .isPresent();
        assertThat(task.stamped(store.activation(1).orElseThrow(), Optional.empty()))
                .isPresent();
    }
}
