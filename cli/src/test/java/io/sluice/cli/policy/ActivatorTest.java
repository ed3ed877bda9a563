package io.sluice.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.event.Topics;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.evaluate.HistoryEntry.State;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An activation is written as a whole or not at all, and what the rooms would refuse is not written (promise P9). */
class ActivatorTest {
    private static final Instant FROM = Officers.NOW.minusSeconds(60);
    private static final Instant UNTIL = Officers.NOW.plusSeconds(86_400);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final MockProducer<byte[], byte[]> fresh =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<VerifiedBundle> topicsMadeFor = new ArrayList<>();

    private Activator open(PolicyStore store) {
        return new Activator(
                new Topics(Officers.TENANT, 1),
                Officers.root(),
                Clock.fixed(Officers.NOW, ZoneOffset.UTC),
                producer,
                topicsMadeFor::add,
                () -> store);
    }

    private static PolicyStore empty() {
        return PolicyStore.recordsOnly(Officers.root(), refused -> {});
    }

    @Test
    void writesTheActAndWhatTheRoomsNeedInOneTransaction() {
        BundleBuilder.Built built = Officers.build(1);

        Activation activation = open(empty()).activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA);

        assertThat(activation.number()).isEqualTo(1);
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history().stream().map(ActivatorTest::name))
                .containsExactly(
                        "dev.audit.entries", "bundle/" + built.digest(), "approvals/" + built.digest(), "activation/1");
        assertThat(new String(producer.history().get(0).value(), UTF_8))
                .contains("\"policy-activated\"", "\"approvedBy\":[\"ada\",\"grace\"]", built.digest());
        PolicyStore room = empty();
        producer.history().stream()
                .skip(1)
                .forEach(record -> room.accept(new PolicyRecord(new String(record.key(), UTF_8), record.value())));
        assertThat(room.newest().orElseThrow().activation()).isEqualTo(activation);
        assertThat(topicsMadeFor).extracting(VerifiedBundle::digest).containsExactly(built.digest());
    }

    /** Nobody approves it, it brings no topics, and what is in force stays; whoever reads the topic knows when it ran. */
    @Test
    void aShadowIsSetBesideWhatIsInForceAndEnds() {
        BundleBuilder.Built first = Officers.build(1);
        BundleBuilder.Built second = Officers.build(2);
        PolicyStore store = empty();
        var unused = open(store).activate(first.archive(), Officers.approvedByBoth(first), Officers.ADA);
        topicsMadeFor.clear();

        Activator turn = new Activator(
                new Topics(Officers.TENANT, 1),
                Officers.root(),
                Clock.fixed(Officers.NOW, ZoneOffset.UTC),
                fresh,
                topicsMadeFor::add,
                () -> store);
        assertThatThrownBy(() -> turn.endShadow(Officers.ADA)).hasMessageContaining("No shadow runs");
        assertThatThrownBy(() -> turn.shadow(first.archive(), Officers.ADA)).hasMessageContaining("in force itself");
        Activation shadowed = turn.shadow(second.archive(), Officers.GRACE);
        assertThat(shadowed.revision()).isEqualTo(1);
        assertThat(shadowed.shadow().orElseThrow().revision()).isEqualTo(2);
        assertThat(store.inForce(Officers.NOW).orElseThrow().bundle().revision())
                .isEqualTo(1);
        assertThat(store.shadow(2).orElseThrow().bundle().digest()).isEqualTo(second.digest());

        Activation ended = turn.endShadow(Officers.ADA);

        assertThat(ended.shadow()).isEmpty();
        assertThat(store.inForce(Officers.NOW).orElseThrow().number()).isEqualTo(3);
        assertThat(topicsMadeFor).isEmpty();
        assertThat(fresh.history().stream().map(ActivatorTest::name))
                .containsExactly(
                        "dev.audit.entries",
                        "bundle/" + second.digest(),
                        "activation/2",
                        "dev.audit.entries",
                        "activation/3");
        assertThat(new String(fresh.history().get(0).value(), UTF_8))
                .contains("\"policy-activated\"", "\"shadow\":{\"bundle\":\"" + second.digest() + "\",\"revision\":2}");
        assertThat(new String(fresh.history().get(3).value(), UTF_8)).contains("\"shadowEnded\":{\"bundle\":\"");
    }

    /** Out, wider, back, out again and promoted: each an activation of its own, of which the rooms say what decides. */
    @Test
    void aCanaryGoesOutAndEndsOrIsPromoted() {
        PolicyStore store = empty();
        Activator turn = open(store);
        BundleBuilder.Built one = Officers.build(1);
        BundleBuilder.Built two = Officers.build(2);
        assertThatThrownBy(() -> activate(turn, one, new Manner.ToShare(500)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("No revision is in force");
        activate(turn, one, Manner.WHOLE);
        assertThatThrownBy(() -> turn.endCanary(Officers.ADA)).hasMessageContaining("No canary is out");

        assertThat(activate(turn, two, new Manner.ToShare(500)).revision()).isEqualTo(1);
        assertThat(new String(producer.history().get(4).value(), UTF_8))
                .contains(
                        "\"canary\":{\"bundle\":\"" + two.digest()
                                + "\",\"returnAt\":{\"excessBasisPoints\":200,\"records\":200},\"revision\":2,\"shareBasisPoints\":500}");
        assertThat(activate(turn, two, new Manner.ToShare(2_500)).number())
                .as("3 is kept for its return")
                .isEqualTo(4);
        assertThat(store.canary(4).orElseThrow().bundle().digest()).isEqualTo(two.digest());
        assertThat(turn.endCanary(Officers.GRACE).canary()).isEmpty();
        assertThat(store.newest().orElseThrow().bundle().revision()).isEqualTo(1);
        assertThat(producer.history().get(producer.history().size() - 1).key())
                .isEqualTo("activation/6".getBytes(UTF_8));

        activate(turn, two, new Manner.ToShare(500));
        assertThat(activate(turn, one, Manner.WHOLE).canary())
                .as("the active revision named whole ends it")
                .isEmpty();
        assertThat(store.newest().orElseThrow().bundle().revision()).isEqualTo(1);
        activate(turn, two, new Manner.ToShare(500));
        activate(turn, two, Manner.WHOLE);
        assertThat(store.newest().orElseThrow().bundle().revision()).isEqualTo(2);
        assertThat(store.newestFloor()).isZero();
        activate(turn, two, Manner.FLOOR);
        assertThat(store.newestFloor()).isEqualTo(13);
    }

    /** A shadow that starts beside a canary renews its return; one that has returned is no longer there to end. */
    @Test
    void aCanaryKeepsItsReturnBesideAShadowAndIsNotEndedTwice() {
        PolicyStore store = empty();
        Activator turn = open(store);
        BundleBuilder.Built one = Officers.build(1);
        BundleBuilder.Built two = Officers.build(2);
        BundleBuilder.Built three = Officers.build(3);
        activate(turn, one, Manner.WHOLE);
        activate(turn, two, new Manner.ToShare(500, new ReturnLimit(0, 10)));
        assertThat(turn.shadow(three.archive(), Officers.GRACE).number()).isEqualTo(4);
        SignedActivation shadowed = history(store, 4).signed();
        SignedActivation back = shadowed.comingBack().orElseThrow();
        assertThat(back.officer()).isEqualTo("grace");
        assertThat(back.activation().number()).isEqualTo(5);
        assertThat(back.activation().shadow().orElseThrow().revision()).isEqualTo(3);

        store.accept(new PolicyRecord(PolicyKeys.activation(5), back.toBytes()));

        assertThat(store.inForce(Officers.NOW).orElseThrow().number()).isEqualTo(5);
        assertThatThrownBy(() -> turn.endCanary(Officers.ADA))
                .hasMessage("No canary is out: activation 5 took revision 2 back by itself");
        assertThat(turn.endShadow(Officers.ADA).number()).isEqualTo(6);
        assertThat(HistoryTable.text(store.history(Officers.NOW)))
                .contains(", canary 2 for 5% (back at +0% after 10)", ", canary 2 returned, shadow 3");
    }

    /** Once for those that look at a canary's return. */
    private static final class Built {
        static final BundleBuilder.Built ONE = Officers.build(1);
        static final BundleBuilder.Built TWO = Officers.build(2);
        static final BundleBuilder.Built THREE = Officers.build(3);
    }

    /** The job's turns and an officer's do not end each other; what came back between reading and writing stays back. */
    @Test
    void whatCarriesACanaryOnEndsOneThatReturnedMeanwhile() {
        SignedActivation back = canaryIsOut();
        Activator turn = freshTurn(() -> standing(back));

        Activation shadowed = turn.shadow(Built.THREE.archive(), Officers.GRACE);

        assertThat(shadowed.number()).as("5 is kept for the return of 4").isEqualTo(6);
        assertThat(shadowed.canary()).isEmpty();
        assertThat(shadowed.shadow().orElseThrow().revision()).isEqualTo(3);
        assertThat(written(fresh)).containsExactly("bundle/" + Built.THREE.digest(), "activation/4", "activation/6");
        assertThat(new String(fresh.history().get(3).value(), UTF_8)).contains("\"canaryEnded\":2");
        assertThat(standing(back).newest().orElseThrow().activation()).isEqualTo(shadowed);
    }

    @Test
    void aCanaryThatIsStillOutIsCarriedOn() {
        var unused = canaryIsOut();
        Activator turn = freshTurn(this::standing);
        assertThat(turn.shadow(Built.THREE.archive(), Officers.GRACE).canary()).isPresent();
        assertThat(turn.endShadow(Officers.GRACE).canary()).isPresent();
        assertThat(written(fresh)).containsExactly("bundle/" + Built.THREE.digest(), "activation/4", "activation/6");
    }

    @Test
    void thatNobodyKnowsWhetherItReturnedIsSaid() {
        var unused = canaryIsOut();
        Activator turn = freshTurn(() -> {
            throw new CommandFailure("dev.policy.bundles cannot be read");
        });
        assertThatThrownBy(() -> turn.shadow(Built.THREE.archive(), Officers.GRACE))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Activation 4 is written and carries the canary on")
                .hasMessageContaining("activation 3 stands")
                .hasMessageContaining("--end-canary");
    }

    /** Activation 1, and 2 with revision 2 as a canary. */
    private SignedActivation canaryIsOut() {
        PolicyStore store = empty();
        Activator turn = open(store);
        activate(turn, Built.ONE, Manner.WHOLE);
        activate(turn, Built.TWO, new Manner.ToShare(500));
        return history(store, 2).signed().comingBack().orElseThrow();
    }

    /** A turn that begins before the return. @param later what it reads after its first reading */
    private Activator freshTurn(Supplier<PolicyStore> later) {
        Iterator<Supplier<PolicyStore>> first =
                List.<Supplier<PolicyStore>>of(this::standing).iterator();
        return new Activator(
                new Topics(Officers.TENANT, 1),
                Officers.root(),
                Clock.fixed(Officers.NOW, ZoneOffset.UTC),
                fresh,
                topicsMadeFor::add,
                () -> (first.hasNext() ? first.next() : later).get());
    }

    /** What both turns wrote, and what came back meanwhile. */
    private PolicyStore standing(SignedActivation... returned) {
        PolicyStore store = empty();
        Stream.of(producer, fresh)
                .flatMap(one -> one.history().stream())
                .filter(record -> record.key() != null)
                .forEach(record -> store.accept(new PolicyRecord(new String(record.key(), UTF_8), record.value())));
        for (SignedActivation back : returned) {
            store.accept(
                    new PolicyRecord(PolicyKeys.activation(back.activation().number()), back.toBytes()));
        }
        return store;
    }

    private static HistoryEntry history(PolicyStore store, long number) {
        return store.history(Officers.NOW).stream()
                .filter(entry -> entry.signed().activation().number() == number)
                .findFirst()
                .orElseThrow();
    }

    /** Written again, a bundle would move behind activations that need it, and fewer approvals would replace more. */
    @Test
    void whatStandsIsNotWrittenAgainAndWhoeverReadsAfreshJudgesAlike() {
        PolicyStore store = empty();
        Activator turn = open(store);
        BundleBuilder.Built one = Officers.build(1);
        BundleBuilder.Built two = Officers.build(2);
        activate(turn, one, Manner.WHOLE);
        activate(turn, two, new Manner.ToShare(500));
        turn.activate(two.archive(), Approvals.none(two.digest()), Officers.ADA, new Manner.ToShare(900), Map.of());
        turn.shadow(two.archive(), Officers.ADA);
        turn.activate(one.archive(), Approvals.none(one.digest()), Officers.ADA, Manner.WHOLE, Map.of());
        turn.activate(one.archive(), Approvals.none(one.digest()), Officers.ADA, Manner.FLOOR, Map.of());
        turn.activate(two.archive(), Approvals.none(two.digest()), Officers.ADA);

        assertThat(written(producer))
                .containsExactly(
                        "bundle/" + one.digest(),
                        "approvals/" + one.digest(),
                        "activation/1",
                        "bundle/" + two.digest(),
                        "approvals/" + two.digest(),
                        "activation/2",
                        "activation/4",
                        "activation/6",
                        "activation/8",
                        "activation/9",
                        "activation/10");
        assertThat(new String(
                        producer.history().get(producer.history().size() - 2).value(), UTF_8))
                .as("those who count")
                .contains("\"approvedBy\":[\"ada\",\"grace\"]");
        PolicyStore fresh = empty();
        producer.history().stream()
                .filter(record -> record.key() != null)
                .forEach(record -> fresh.accept(new PolicyRecord(new String(record.key(), UTF_8), record.value())));
        assertThat(fresh.history(Officers.NOW).stream().map(HistoryEntry::state))
                .isEqualTo(store.history(Officers.NOW).stream()
                        .map(HistoryEntry::state)
                        .toList())
                .doesNotContain(State.REFUSED, State.WAITING)
                .hasSize(7);
    }

    /** A shadow's bundle stands without approvals, and approvals may stand that are too few: then they are added to. */
    @Test
    void approvalsThatComeAreAddedToThoseThatStand() {
        PolicyStore store = empty();
        Activator turn = open(store);
        BundleBuilder.Built one = Officers.build(1);
        BundleBuilder.Built two = Officers.build(2);
        BundleBuilder.Built three = Officers.build(3);
        activate(turn, one, Manner.WHOLE);
        turn.shadow(two.archive(), Officers.ADA);
        producer.clear();
        activate(turn, two, Manner.WHOLE);
        assertThat(written(producer)).containsExactly("approvals/" + two.digest(), "activation/3");

        Approvals ada = Approvals.none(three.digest()).signedBy(Officers.ADA, Officers.TENANT);
        store.accept(new PolicyRecord(PolicyKeys.approvals(three.digest()), ada.toBytes()));
        producer.clear();
        assertThatThrownBy(() -> turn.activate(three.archive(), ada, Officers.ADA))
                .isInstanceOfSatisfying(
                        BundleRefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.APPROVALS));
        assertThatThrownBy(() -> turn.activate(three.archive(), Officers.approvedByBoth(one), Officers.ADA))
                .hasMessageContaining("for another bundle");
        assertNothingWritten();
        Approvals grace = Approvals.none(three.digest()).signedBy(Officers.GRACE, Officers.TENANT);
        turn.activate(three.archive(), grace, Officers.ADA);
        assertThat(written(producer))
                .containsExactly("bundle/" + three.digest(), "approvals/" + three.digest(), "activation/4");
        assertThat(store.approvals(three.digest())).contains(Officers.approvedByBoth(three));

        store.accept(new PolicyRecord(PolicyKeys.approvals(three.digest()), "{".getBytes(UTF_8)));
        producer.clear();
        turn.activate(three.archive(), Officers.approvedByBoth(three), Officers.ADA, Manner.FLOOR, Map.of());
        assertThat(written(producer)).containsExactly("approvals/" + three.digest(), "activation/5");
        assertThat(store.newest().orElseThrow().number()).isEqualTo(5);
    }

    private static List<String> written(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .filter(record -> record.key() != null)
                .map(ActivatorTest::name)
                .toList();
    }

    private static Activation activate(Activator turn, BundleBuilder.Built built, Manner manner) {
        return turn.activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA, manner, Map.of());
    }

    private static String name(ProducerRecord<byte[], byte[]> record) {
        return record.key() == null ? record.topic() : new String(record.key(), UTF_8);
    }

    record Refused(String name, Code code, Supplier<BundleBuilder.Built> bundle, Approving approvals) {
        interface Approving {
            Approvals of(BundleBuilder.Built built);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refused> refused() {
        return Stream.of(
                new Refused(
                        "signed with another key",
                        Code.SIGNATURE,
                        () -> Officers.build(KeyUse.BUNDLE.generate(), Officers.TENANT, 1, FROM, UNTIL),
                        Officers::approvedByBoth),
                new Refused("altered", Code.SIGNATURE, ActivatorTest::altered, Officers::approvedByBoth),
                new Refused(
                        "of another tenant",
                        Code.TENANT,
                        () -> Officers.build("prod", 1, FROM, UNTIL),
                        Officers::approvedByBoth),
                new Refused(
                        "expired",
                        Code.TIME,
                        () -> Officers.build(Officers.TENANT, 1, FROM, Officers.NOW),
                        Officers::approvedByBoth),
                new Refused(
                        "not yet valid",
                        Code.TIME,
                        () -> Officers.build(Officers.TENANT, 1, Officers.NOW.plusSeconds(1), UNTIL),
                        Officers::approvedByBoth),
                new Refused(
                        "approved by one of two",
                        Code.APPROVALS,
                        () -> Officers.build(1),
                        built -> Approvals.none(built.digest()).signedBy(Officers.ADA, Officers.TENANT)),
                new Refused(
                        "approved by one officer twice",
                        Code.APPROVALS,
                        () -> Officers.build(1),
                        built -> Approvals.none(built.digest())
                                .signedBy(Officers.ADA, Officers.TENANT)
                                .signedBy(Officers.ADA, Officers.TENANT)),
                new Refused(
                        "approved by a stranger in an officer's name",
                        Code.APPROVALS,
                        () -> Officers.build(1),
                        built -> Approvals.none(built.digest())
                                .signedBy(Officers.ADA, Officers.TENANT)
                                .signedBy(OfficerKey.generate("grace"), Officers.TENANT)),
                new Refused(
                        "with approvals of another bundle",
                        Code.APPROVALS,
                        () -> Officers.build(1),
                        built -> Officers.approvedByBoth(Officers.build(2))),
                new Refused(
                        "approved for another tenant",
                        Code.APPROVALS,
                        () -> Officers.build(1),
                        built -> Approvals.none(built.digest())
                                .signedBy(Officers.ADA, "prod")
                                .signedBy(Officers.GRACE, "prod")));
    }

    /** One byte of the tables changed, the archive packed anew: all but the signature is in order. */
    private static BundleBuilder.Built altered() {
        BundleBuilder.Built built = Officers.build(1);
        byte[] archive = AlteredBundle.of(built.archive());
        return new BundleBuilder.Built(archive, io.sluice.core.encoding.Sha256.hex(archive), built.metadata());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void writesNothingThatTheRoomsWouldRefuse(Refused refused) {
        BundleBuilder.Built built = refused.bundle().get();
        Activator turn = open(empty());

        assertThatThrownBy(
                        () -> turn.activate(built.archive(), refused.approvals().of(built), Officers.ADA))
                .isInstanceOfSatisfying(
                        BundleRefusedException.class, e -> assertThat(e.code()).isEqualTo(refused.code()));

        assertNothingWritten();
        assertThat(turn.store().newest()).isEmpty();
    }

    @Test
    void anActivationOfSomebodyElseIsNotWritten() {
        BundleBuilder.Built built = Officers.build(1);

        assertThatThrownBy(() -> open(empty())
                        .activate(built.archive(), Officers.approvedByBoth(built), OfficerKey.generate("mallory")))
                .isInstanceOfSatisfying(
                        BundleRefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.ACTIVATION));

        assertNothingWritten();
    }

    @Test
    void anOlderRevisionIsNotWrittenAndTheNumberGoesOn() {
        PolicyStore store = empty();
        Activator first = open(store);
        BundleBuilder.Built three = Officers.build(3);
        first.activate(three.archive(), Officers.approvedByBoth(three), Officers.ADA);

        for (long revision : new long[] {1, 3}) {
            BundleBuilder.Built built = Officers.build(revision);
            assertThatThrownBy(() -> first.activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA))
                    .isInstanceOfSatisfying(
                            BundleRefusedException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.REVISION));
        }
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(store.nextNumber()).isEqualTo(2);
    }

    @Test
    void aTopicThatIsNotAsItMustBeKeepsTheRevisionOut() {
        BundleBuilder.Built built = Officers.build(1);
        Activator turn = new Activator(
                new Topics(Officers.TENANT, 1),
                Officers.root(),
                Clock.fixed(Officers.NOW, ZoneOffset.UTC),
                producer,
                bundle -> {
                    throw new CommandFailure("dev.released.care: partitions must be 2, is 1");
                },
                ActivatorTest::empty);

        assertThatThrownBy(() -> turn.activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA))
                .isInstanceOf(CommandFailure.class);

        assertNothingWritten();
    }

    @Test
    void kafkaGoneBeforeTheCommitLeavesWhatWasInForce() {
        producer.sendException = new KafkaException("the broker is gone");
        PolicyStore store = empty();
        BundleBuilder.Built built = Officers.build(1);

        assertThatThrownBy(() -> open(store).activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Nothing was activated: no revision is in force");

        assertThat(producer.history()).isEmpty();
        assertThat(store.newest()).isEmpty();
    }

    @Test
    void aCommitWithoutAnAnswerIsSaidToBeUnknown() {
        producer.commitTransactionException = new TimeoutException("no answer");
        PolicyStore store = empty();
        BundleBuilder.Built built = Officers.build(1);

        assertThatThrownBy(() -> open(store).activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("did not say")
                .hasMessageContaining("policy status");

        assertThat(store.newest()).isEmpty();
    }

    @Test
    void anotherOfficersTurnEndsThisOne() {
        BundleBuilder.Built built = Officers.build(1);
        Activator turn = open(empty());
        producer.fenceProducer();

        assertThatThrownBy(() -> turn.activate(built.archive(), Officers.approvedByBoth(built), Officers.ADA))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Another officer activated at the same time. Nothing was activated");
    }

    private void assertNothingWritten() {
        assertThat(producer.history()).isEmpty();
        assertThat(producer.uncommittedRecords()).isEmpty();
        assertThat(producer.transactionInFlight()).isFalse();
    }
}
