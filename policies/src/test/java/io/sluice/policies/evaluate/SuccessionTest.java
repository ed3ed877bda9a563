package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.decision.Activation;
import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.check.Features;
import io.sluice.policies.evaluate.HistoryEntry.State;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.TrustRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which officers decide over the next revision, what number it takes, and what the topic tells of it (promise P9). */
class SuccessionTest {
    private static final OfficerKey GRACE = OfficerKey.generate("grace");
    private static final OfficerKey LINUS = OfficerKey.generate("linus");
    private static final TrustRoot TWO_OF_TWO = new TrustRoot(
            Shipped.TENANT,
            Shipped.root().bundleKeys(),
            new Approvers(
                    2,
                    new TreeMap<>(Map.of("ada", Shipped.OFFICER.publicKey(), "grace", GRACE.publicKey())),
                    Set.of("grace")));

    private final List<Code> refused = new ArrayList<>();

    private PolicyStore store(TrustRoot root) {
        return PolicyStore.recordsOnly(root, refusal -> refused.add(refusal.code()));
    }

    @Test
    void asManyOfficersAsTheTrustRootAsksFor() {
        PolicyStore store = store(TWO_OF_TWO);
        BundleBuilder.Built built = Shipped.built();
        Approvals one = Approvals.none(built.digest()).signedBy(Shipped.OFFICER, Shipped.TENANT);
        publish(store, built, one, 1, GRACE);
        assertThat(refused).containsExactly(Code.APPROVALS);

        publish(store, built, one.signedBy(GRACE, Shipped.TENANT), 2, GRACE);
        assertThat(store.newest().orElseThrow().number()).isEqualTo(2);
        assertThat(store.history(Shipped.NOW).get(1).approvedBy()).containsExactly("ada", "grace");
    }

    /** The officers that a revision names take over from the trust root's: both for approvals and for activations. */
    @Test
    void theRevisionInForceSaysWhoApprovesTheNext(@TempDir Path folder) throws Exception {
        PolicyStore store = store(Shipped.root());
        BundleBuilder.Built handover = Shipped.builder()
                .build(naming(folder, GRACE, LINUS), Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        publish(store, handover, signed(handover, Shipped.OFFICER), 1, Shipped.OFFICER);
        assertThat(store.following().approvers().officers()).containsOnlyKeys("grace", "linus");
        assertThat(store.following().revision()).isEqualTo(1);

        BundleBuilder.Built second = Shipped.builder()
                .build(
                        Shipped.rulebook(),
                        Features.DEFAULT,
                        Shipped.TENANT,
                        2,
                        Shipped.NOT_BEFORE,
                        Shipped.EXPIRES,
                        LINUS);
        publish(store, second, signed(second, Shipped.OFFICER), 2, GRACE);
        publish(store, second, signed(second, GRACE), 3, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.APPROVALS, Code.ACTIVATION);

        publish(store, second, signed(second, GRACE), 4, GRACE);
        assertThat(store.newest().orElseThrow().number()).isEqualTo(4);
    }

    private static LoadedRulebook naming(Path folder, OfficerKey dpo, OfficerKey other) throws Exception {
        try (Stream<Path> files = Files.walk(Shipped.FOLDER)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path to = folder.resolve(Shipped.FOLDER.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
        Files.writeString(
                folder.resolve("approvers.yaml"),
                "required: 1\nofficers:\n" + row(dpo, "dpo") + row(other, "privacy-officer"));
        return RulebookLoader.load(folder);
    }

    private static String row(OfficerKey officer, String role) {
        return "  - {id: " + officer.officer() + ", name: Somebody, role: " + role + ", key: \""
                + officer.publicKey().base64() + "\"}\n";
    }

    /** An activation that comes late, under a number between two others, may not go back behind the next one. */
    @Test
    void aLateActivationIsNotNewerThanTheOneAfterIt() {
        PolicyStore store = store(Shipped.root());
        publish(store, Shipped.built(), 1);
        publish(store, build(3), 3);
        publish(store, build(4), 2);
        assertThat(refused).containsExactly(Code.REVISION);
        publish(store, build(2), 2);
        assertThat(store.history(Shipped.NOW).stream().map(HistoryEntry::state))
                .containsExactly(State.SUPERSEDED, State.SUPERSEDED, State.IN_FORCE);
    }

    @Test
    void aNumberIsTakenOnce() {
        PolicyStore store = store(Shipped.root());
        publish(store, Shipped.built(), 1);
        publish(store, build(2), 1);
        assertThat(store.newest().orElseThrow().bundle().revision()).isEqualTo(1);
        assertThatThrownBy(() -> judge(store, build(2), 1))
                .isInstanceOfSatisfying(
                        BundleRefusedException.class, e -> assertThat(e.code()).isEqualTo(Code.ACTIVATION));
    }

    @Test
    void theNextNumberIsBehindAllThatStandInTheTopic() {
        PolicyStore store = store(Shipped.root());
        assertThat(store.nextNumber()).isEqualTo(1);
        publish(store, Shipped.built(), 1);
        assertThat(store.nextNumber()).isEqualTo(2);
        publish(store, Shipped.built(), 5); // refused: not newer
        assertThat(store.nextNumber()).isEqualTo(6);
        store.accept(activation(build(2), 7, Shipped.OFFICER)); // waits for its bundle
        assertThat(store.nextNumber()).isEqualTo(8);
        assertThat(store.history(Shipped.NOW).stream().map(HistoryEntry::state))
                .containsExactly(State.IN_FORCE, State.REFUSED, State.WAITING);
        assertThat(Objects.requireNonNull(store.history(Shipped.NOW).get(1).refusal())
                        .code())
                .isEqualTo(Code.REVISION);
    }

    @Test
    void judgingTakesNothing() {
        PolicyStore store = store(Shipped.root());
        judge(store, Shipped.built(), 1);
        assertThat(store.newest()).isEmpty();
        assertThat(store.nextNumber()).isEqualTo(1);
        assertThatThrownBy(() -> store.judge(
                        issued(Shipped.built(), 1, GRACE),
                        Shipped.built().archive(),
                        Shipped.approvals(Shipped.built())))
                .isInstanceOf(BundleRefusedException.class);
    }

    @Test
    void theHistoryTellsWhatTimeDoes() {
        PolicyStore store = store(Shipped.root());
        publish(store, Shipped.built(), 1);
        assertThat(states(store, Shipped.NOT_BEFORE.minusSeconds(1))).containsExactly(State.UPCOMING);
        assertThat(states(store, Shipped.NOT_BEFORE)).containsExactly(State.IN_FORCE);
        assertThat(states(store, Shipped.EXPIRES.minusSeconds(1))).containsExactly(State.IN_FORCE);
        assertThat(states(store, Shipped.EXPIRES)).containsExactly(State.EXPIRED);
    }

    @Test
    void whatWasReplacedIsCurrentForTheSlackAndNoLonger() {
        Duration slack = Duration.ofMinutes(5);
        PolicyStore store = store(Shipped.root());
        publish(store, Shipped.built(), 1);
        assertThat(store.wasCurrent(1, Shipped.NOW, slack)).isTrue();
        assertThat(store.wasCurrent(2, Shipped.NOW, slack)).as("unknown").isFalse();
        assertThat(store.wasCurrent(1, Shipped.EXPIRES, slack)).isFalse();
        assertThat(store.wasCurrent(1, Shipped.NOT_BEFORE.minusSeconds(299), slack))
                .as("clocks differ")
                .isTrue();
        assertThat(store.wasCurrent(1, Shipped.NOT_BEFORE.minusSeconds(301), slack))
                .isFalse();

        publish(store, build(2), 2);

        assertThat(store.wasCurrent(2, Shipped.NOW, slack)).isTrue();
        assertThat(store.wasCurrent(1, Shipped.NOW.plusSeconds(299), slack)).isTrue();
        assertThat(store.wasCurrent(1, Shipped.NOW.plusSeconds(300), slack)).isFalse();
    }

    private static List<State> states(PolicyStore store, Instant now) {
        return store.history(now).stream().map(HistoryEntry::state).toList();
    }

    private static void judge(PolicyStore store, BundleBuilder.Built built, long number) {
        store.judge(issued(built, number, Shipped.OFFICER), built.archive(), Shipped.approvals(built));
    }

    private static void publish(PolicyStore store, BundleBuilder.Built built, long number) {
        publish(store, built, signed(built, Shipped.OFFICER), number, Shipped.OFFICER);
    }

    private static void publish(
            PolicyStore store, BundleBuilder.Built built, Approvals approvals, long number, OfficerKey officer) {
        store.accept(new PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()));
        store.accept(new PolicyRecord(PolicyKeys.approvals(built.digest()), approvals.toBytes()));
        store.accept(activation(built, number, officer));
    }

    private static Approvals signed(BundleBuilder.Built built, OfficerKey officer) {
        return Approvals.none(built.digest()).signedBy(officer, Shipped.TENANT);
    }

    private static BundleBuilder.Built build(long revision) {
        return Shipped.builder()
                .build(Shipped.rulebook(), Shipped.TENANT, revision, Shipped.NOT_BEFORE, Shipped.EXPIRES);
    }

    private static PolicyRecord activation(BundleBuilder.Built built, long number, OfficerKey officer) {
        return new PolicyRecord(
                PolicyKeys.activation(number), issued(built, number, officer).toBytes());
    }

    private static SignedActivation issued(BundleBuilder.Built built, long number, OfficerKey officer) {
        return SignedActivation.issue(
                new Activation(number, built.digest(), built.metadata().revision(), Shipped.TENANT, Shipped.NOW),
                officer);
    }
}
