package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Rollout;
import io.sluice.policies.Shipped;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.OfficerKey;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.sign.KeyUse;
import io.sluice.policies.verify.BundleRefusedException.Code;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise P9: a revision is in force or it is not, and the last good one stays. */
class PolicyStoreTest {
    private final List<Code> refused = new ArrayList<>();
    private final PolicyStore store =
            new PolicyStore(Shipped.root(), bundle -> new SilentEngine(), refusal -> refused.add(refusal.code()));

    @BeforeEach
    void theFirstRevisionIsInForce() {
        publish(Shipped.built(), Shipped.approvals(Shipped.built()), 1, Shipped.OFFICER);
        assertThat(refused).isEmpty();
        assertLastGoodIs(1);
    }

    @Test
    void aNewerApprovedRevisionTakesOverAndTheOldOneStillDecidesItsRecords() {
        BundleBuilder.Built second = build(2);
        publish(second, Shipped.approvals(second), 2, Shipped.OFFICER);
        assertThat(store.newest().orElseThrow().number()).isEqualTo(2);
        assertThat(store.activation(1).orElseThrow().bundle().revision()).isEqualTo(1);
        assertThat(store.activation(2).orElseThrow().bundle().revision()).isEqualTo(2);
    }

    @Test
    void theOrderOfArrivalDoesNotMatter() {
        BundleBuilder.Built second = build(2);
        store.accept(activation(second, 2, 2, Shipped.TENANT, Shipped.OFFICER));
        store.accept(new PolicyRecord(PolicyKeys.approvals(second.digest()), Shipped.approvals(second)));
        assertLastGoodIs(1);
        store.accept(new PolicyRecord(PolicyKeys.bundle(second.digest()), second.archive()));
        assertLastGoodIs(2);
    }

    @Test
    void anUnsignedOrChangedBundleIsRefused() {
        BundleBuilder stranger =
                new BundleBuilder("dev-bundle", KeyUse.BUNDLE.generate().getPrivate(), Optional.empty());
        BundleBuilder.Built second =
                stranger.build(Shipped.rulebook(), Shipped.TENANT, 2, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        publish(second, Shipped.approvals(second), 2, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.SIGNATURE);
        assertLastGoodIs(1);
    }

    @Test
    void anUnapprovedBundleIsRefused() {
        BundleBuilder.Built second = build(2);
        publish(second, Approvals.none(second.digest()).toBytes(), 2, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.APPROVALS);
        assertLastGoodIs(1);
    }

    @Test
    void theApprovalOfAStrangerOrOfAnotherBundleCountsNothing() {
        BundleBuilder.Built second = build(2);
        OfficerKey stranger = OfficerKey.generate("ada");
        byte[] forged = Approvals.none(second.digest())
                .signedBy(stranger, Shipped.TENANT)
                .toBytes();
        publish(second, forged, 2, Shipped.OFFICER);
        BundleBuilder.Built third = build(3);
        publish(third, Shipped.approvals(second), 3, Shipped.OFFICER);
        byte[] otherTenant =
                Approvals.none(third.digest()).signedBy(Shipped.OFFICER, "prod").toBytes();
        publish(third, otherTenant, 4, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.APPROVALS, Code.APPROVALS, Code.APPROVALS);
        assertLastGoodIs(1);
    }

    @Test
    void anExpiredBundleIsRefused() {
        BundleBuilder.Built second = Shipped.builder()
                .build(Shipped.rulebook(), Shipped.TENANT, 2, Shipped.NOT_BEFORE, Shipped.NOW.minusSeconds(1));
        publish(second, Shipped.approvals(second), 2, Shipped.OFFICER);
        BundleBuilder.Built third = Shipped.builder()
                .build(Shipped.rulebook(), Shipped.TENANT, 3, Shipped.NOW.plusSeconds(1), Shipped.EXPIRES);
        publish(third, Shipped.approvals(third), 3, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.TIME, Code.TIME);
        assertLastGoodIs(1);
    }

    @Test
    void anOlderRevisionIsRefusedUnderANewerNumber() {
        BundleBuilder.Built third = build(3);
        publish(third, Shipped.approvals(third), 3, Shipped.OFFICER);
        publish(build(2), Shipped.approvals(build(2)), 4, Shipped.OFFICER);
        publish(Shipped.built(), Shipped.approvals(Shipped.built()), 5, Shipped.OFFICER);
        assertThat(refused).containsExactly(Code.REVISION, Code.REVISION);
        assertLastGoodIs(3);
    }

    @Test
    void aBundleOfAnotherTenantIsRefused() {
        BundleBuilder.Built second =
                Shipped.builder().build(Shipped.rulebook(), "prod", 2, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        publish(second, Shipped.approvals(second), 2, Shipped.OFFICER);
        BundleBuilder.Built third = build(3);
        store.accept(new PolicyRecord(PolicyKeys.bundle(third.digest()), third.archive()));
        store.accept(new PolicyRecord(PolicyKeys.approvals(third.digest()), Shipped.approvals(third)));
        store.accept(activation(third, 3, 3, "prod", Shipped.OFFICER));
        assertThat(refused).containsExactly(Code.TENANT, Code.TENANT);
        assertLastGoodIs(1);
    }

    @Test
    void anActivationThatNoOfficerSignedOrThatLiesIsRefused() {
        BundleBuilder.Built second = build(2);
        publish(second, Shipped.approvals(second), 2, OfficerKey.generate("ada"));
        store.accept(activation(second, 3, 7, Shipped.TENANT, Shipped.OFFICER));
        store.accept(new PolicyRecord(
                "activation/9",
                activation(second, 4, 2, Shipped.TENANT, Shipped.OFFICER).value()));
        store.accept(new PolicyRecord("activation/5", "{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(refused).containsExactly(Code.ACTIVATION, Code.ACTIVATION, Code.ACTIVATION, Code.ACTIVATION);
        assertLastGoodIs(1);
    }

    @Test
    void stampingStopsWhenTheTimeIsOverButStampedRecordsKeepTheirActivation() {
        assertThat(store.inForce(Shipped.NOW)).isPresent();
        assertThat(store.inForce(Shipped.EXPIRES)).isEmpty();
        assertThat(store.inForce(Shipped.NOT_BEFORE.minusSeconds(1))).isEmpty();
        assertThat(store.activation(1)).isPresent();
    }

    @Test
    void aTombstoneTakesNothingBack() {
        store.accept(new PolicyRecord(PolicyKeys.activation(1), null));
        store.accept(new PolicyRecord(PolicyKeys.bundle(Shipped.built().digest()), null));
        assertLastGoodIs(1);
    }

    /** A shadow releases nothing, so nobody need approve it; but strangers' code does not run in the rooms. */
    @Test
    void aShadowIsSignedAndNeedsNoApproval() {
        BundleBuilder.Built second = build(2);
        store.accept(new PolicyRecord(PolicyKeys.bundle(second.digest()), second.archive()));
        store.accept(rollout(2, new Rollout(null, new Candidate(second.digest(), 2), false)));
        assertThat(refused).isEmpty();
        assertLastGoodIs(2);
        assertThat(store.activation(2).orElseThrow().bundle().revision()).isEqualTo(1);
        assertThat(store.shadow(2).orElseThrow().bundle().revision()).isEqualTo(2);
        assertThat(store.shadow(1)).isEmpty();
        assertThat(store.canary(2)).isEmpty();

        BundleBuilder stranger =
                new BundleBuilder("dev-bundle", KeyUse.BUNDLE.generate().getPrivate(), Optional.empty());
        BundleBuilder.Built strange =
                stranger.build(Shipped.rulebook(), Shipped.TENANT, 3, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        store.accept(new PolicyRecord(PolicyKeys.bundle(strange.digest()), strange.archive()));
        store.accept(rollout(3, new Rollout(null, new Candidate(strange.digest(), 3), false)));
        store.accept(rollout(4, new Rollout(null, new Candidate(second.digest(), 3), false)));
        assertThat(refused).containsExactly(Code.SIGNATURE, Code.ACTIVATION);
        assertLastGoodIs(2);
    }

    /** The revision in force may be kept by an activation that says what is beside it, nothing being one answer. */
    @Test
    void anActivationWithARolloutKeepsTheRevision() {
        store.accept(rollout(2, Rollout.NONE));
        assertLastGoodIs(2);
        assertThat(store.activation(2).orElseThrow().bundle().revision()).isEqualTo(1);
        BundleBuilder.Built second = build(2);
        publish(second, Shipped.approvals(second), 3, Shipped.OFFICER);
        store.accept(rollout(4, Rollout.NONE)); // of revision 1, which is no longer what it would keep
        assertThat(refused).containsExactly(Code.REVISION);
        assertLastGoodIs(3);
    }

    /** Of a revision that is kept nobody asks for approvals but to name who gave them. */
    @Test
    void approvalsThatCannotBeReadRefuseOneActivationAndHoldUpNoOther() {
        store.accept(
                new PolicyRecord(PolicyKeys.approvals(Shipped.built().digest()), "{".getBytes(StandardCharsets.UTF_8)));
        PolicyRecord kept = rollout(2, Rollout.NONE);
        SignedActivation signed = SignedActivation.of(Objects.requireNonNull(kept.value()));
        assertThatThrownBy(() -> store.judge(signed)).hasMessageContaining("cannot be read");
        store.accept(kept);
        assertThat(refused).containsExactly(Code.APPROVALS);
        assertLastGoodIs(1);
        BundleBuilder.Built second = build(2);
        publish(second, Shipped.approvals(second), 3, Shipped.OFFICER);
        assertLastGoodIs(3);
    }

    /** A later version may have put it in force, so its number is taken. */
    @Test
    void theNumberOfAnActivationThatCannotBeReadIsNotUsedAgain() {
        store.accept(new PolicyRecord("activation/5", "{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(store.nextNumber()).isEqualTo(6);
        store.accept(new PolicyRecord("activation/7", null));
        assertThat(store.nextNumber()).isEqualTo(8);
        for (String key : List.of("activation/09", "activation/-9", "activation/+9", "activation/9x", "bundle/9")) {
            store.accept(new PolicyRecord(key, "{}".getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(store.nextNumber()).isEqualTo(8);
        assertThat(Objects.requireNonNull(store.standing(Shipped.NOW).newest())
                        .signed()
                        .activation()
                        .number())
                .as("the newest that can be read")
                .isEqualTo(1);
        PolicyRecord taken = rollout(7, Rollout.NONE);
        SignedActivation signed = SignedActivation.of(Objects.requireNonNull(taken.value()));
        assertThatThrownBy(() -> store.judge(signed)).hasMessageContaining("stands in the topic already");
    }

    @Test
    void aFeedIsReadToItsEndOrUntilTheTimeIsOver() {
        BundleBuilder.Built second = build(2);
        List<PolicyRecord> records = List.of(
                new PolicyRecord(PolicyKeys.bundle(second.digest()), second.archive()),
                new PolicyRecord(PolicyKeys.approvals(second.digest()), Shipped.approvals(second)),
                activation(second, 2, 2, Shipped.TENANT, Shipped.OFFICER));
        assertThat(store.readToEnd(new ListFeed(records, true), Duration.ofSeconds(5)))
                .isTrue();
        assertLastGoodIs(2);
        assertThat(store.readToEnd(new ListFeed(List.of(), false), Duration.ofMillis(20)))
                .isFalse();
    }

    private void assertLastGoodIs(long number) {
        assertThat(store.newest().orElseThrow().number()).isEqualTo(number);
        assertThat(store.inForce(Shipped.NOW).orElseThrow().number()).isEqualTo(number);
    }

    private void publish(BundleBuilder.Built built, byte[] approvals, long number, OfficerKey officer) {
        store.accept(new PolicyRecord(PolicyKeys.bundle(built.digest()), built.archive()));
        store.accept(new PolicyRecord(PolicyKeys.approvals(built.digest()), approvals));
        store.accept(activation(built, number, built.metadata().revision(), Shipped.TENANT, officer));
    }

    private static BundleBuilder.Built build(long revision) {
        return Shipped.builder()
                .build(Shipped.rulebook(), Shipped.TENANT, revision, Shipped.NOT_BEFORE, Shipped.EXPIRES);
    }

    private static PolicyRecord activation(
            BundleBuilder.Built built, long number, long revision, String tenant, OfficerKey officer) {
        Instant issued = Shipped.NOW;
        Activation activation = new Activation(number, built.digest(), revision, tenant, issued);
        return new PolicyRecord(
                PolicyKeys.activation(number),
                SignedActivation.issue(activation, officer).toBytes());
    }

    /** Of revision 1. */
    private static PolicyRecord rollout(long number, Rollout rollout) {
        Activation activation =
                new Activation(number, Shipped.built().digest(), 1, Shipped.TENANT, Shipped.NOW, rollout);
        return new PolicyRecord(
                PolicyKeys.activation(number),
                SignedActivation.issue(activation, Shipped.OFFICER).toBytes());
    }

    private static final class SilentEngine implements PolicyEngine {
        @Override
        public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] input) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    private static final class ListFeed implements PolicyFeed {
        private List<PolicyRecord> left;
        private final boolean ends;

        ListFeed(List<PolicyRecord> records, boolean ends) {
            this.left = records;
            this.ends = ends;
        }

        @Override
        public List<PolicyRecord> poll(Duration timeout) {
            List<PolicyRecord> now = left;
            left = List.of();
            return now;
        }

        @Override
        public boolean atEnd() {
            return ends && left.isEmpty();
        }

        @Override
        public void close() {}
    }
}
