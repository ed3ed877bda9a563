package io.sluice.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.decision.Envelope;
import io.sluice.core.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClusterLayoutTest {
    private static final Topics TOPICS = new Topics("acme", 1);
    private static final ClusterLayout LAYOUT = new ClusterLayout(TOPICS, ClusterSizing.PRODUCTION);

    @Test
    void ingressIsStampedByTheBrokerAndNeverCompacted() {
        TopicSpec ingress = LAYOUT.fixedTopics().get(0);

        assertThat(ingress.name()).isEqualTo("acme.events.ingress");
        assertThat(ingress.settings())
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("max.message.bytes", "1572864")
                .containsEntry("min.insync.replicas", "2");
    }

    @Test
    void everyTopicHasASizeAndSafeElections() {
        assertThat(LAYOUT.fixedTopics())
                .hasSize(12)
                .allSatisfy(topic -> assertThat(topic.settings())
                        .containsKeys("max.message.bytes", "cleanup.policy", "min.insync.replicas")
                        .containsEntry("unclean.leader.election.enable", "false"));
    }

    @Test
    void aQuarantinedRecordHoldsAnyIngressRecord() {
        assertThat(ClusterLayout.QUARANTINE_MAX_BYTES).isGreaterThan(ClusterLayout.INGRESS_MAX_BYTES);
    }

    @Test
    void coarseTimestampsAreBoundedBySizeAndNeverTheBrokers() {
        TopicSpec coarse = LAYOUT.released("research", Envelope.Time.YEAR);
        TopicSpec exact = LAYOUT.released("payer", Envelope.Time.KEEP);

        assertThat(coarse.settings())
                .containsEntry("retention.ms", "-1")
                .containsEntry("retention.bytes", Long.toString(8L << 30))
                .containsEntry("message.timestamp.type", "CreateTime");
        assertThat(exact.settings())
                .containsEntry("retention.ms", Long.toString(Duration.ofDays(7).toMillis()))
                .containsEntry("retention.bytes", "-1")
                .containsEntry("message.timestamp.type", "CreateTime");
    }

    @Test
    void nobodyWritesWhatIsNotTheirs() {
        assertThat(may(Grant.Operation.WRITE))
                .containsExactly(
                        "acme.audit.checkpoints AUDIT",
                        "acme.audit.entries AUDIT",
                        "acme.audit.entries CUSTODIAN",
                        "acme.audit.entries GATEWAY",
                        "acme.audit.entries OFFICER",
                        "acme.audit.entries PROTECT",
                        "acme.audit.entries REVEAL",
                        "acme.events.ingress GATEWAY",
                        "acme.events.quarantine PROTECT",
                        "acme.events.requeue OFFICER",
                        "acme.keys.control CUSTODIAN",
                        "acme.policy.bundles OFFICER",
                        "acme.policy.bundles PROTECT",
                        "acme.policy.plans PROTECT",
                        "acme.policy.status GATEWAY",
                        "acme.policy.status PROTECT",
                        "acme.policy.status REVEAL",
                        "acme.released.* PROTECT",
                        "acme.reveal.emergencies REVEAL",
                        "acme.subject.choices PROTECT",
                        "acme.subject.holds OFFICER",
                        "sluice-custodian* CUSTODIAN",
                        "sluice-officer* OFFICER",
                        "sluice-protect* PROTECT",
                        "sluice-reveal* REVEAL");
    }

    @Test
    void nobodyReadsWhatIsNotTheirs() {
        assertThat(may(Grant.Operation.READ))
                .containsExactly(
                        "acme.audit.entries AUDIT",
                        "acme.audit.entries GATEWAY",
                        "acme.audit.entries PROTECT",
                        "acme.events.ingress PROTECT",
                        "acme.events.quarantine OFFICER",
                        "acme.events.requeue OFFICER",
                        "acme.events.requeue PROTECT",
                        "acme.keys.control CUSTODIAN",
                        "acme.keys.control OFFICER",
                        "acme.keys.control PROTECT",
                        "acme.keys.control REVEAL",
                        "acme.policy.bundles AUDIT",
                        "acme.policy.bundles GATEWAY",
                        "acme.policy.bundles OFFICER",
                        "acme.policy.bundles PROTECT",
                        "acme.policy.bundles REVEAL",
                        "acme.policy.plans AUDIT",
                        "acme.policy.status OFFICER",
                        "acme.released.* DELIVER",
                        "acme.reveal.emergencies REVEAL",
                        "acme.subject.choices CUSTODIAN",
                        "acme.subject.holds CUSTODIAN",
                        "acme.subject.holds OFFICER",
                        "sluice-audit* AUDIT",
                        "sluice-deliver* DELIVER",
                        "sluice-protect* PROTECT");
    }

    /** Entries cite bundles for as long as there are entries (P5): nobody's grants let go of one, nor does the topic. */
    @Test
    void nobodyDeletesAndBundlesAndPlansAreKept() {
        assertThat(Grant.Operation.values())
                .noneMatch(operation -> operation.name().startsWith("DELETE"));
        assertThat(LAYOUT.fixedTopics())
                .filteredOn(topic -> topic.name().matches("acme\\.policy\\.(bundles|plans)"))
                .hasSize(2)
                .allSatisfy(topic -> assertThat(topic.settings())
                        .containsEntry("cleanup.policy", "compact")
                        .doesNotContainKeys("retention.ms", "retention.bytes"));
    }

    @Test
    void whatRoomsSayOfThemselvesIsForgottenWithinHours() {
        assertThat(LAYOUT.fixedTopics())
                .filteredOn(topic -> topic.name().equals("acme.policy.status"))
                .singleElement()
                .satisfies(topic -> assertThat(topic.settings())
                        .containsEntry("cleanup.policy", "compact,delete")
                        .containsEntry("message.timestamp.type", "LogAppendTime")
                        .containsEntry("retention.ms", "3600000")
                        .containsEntry("segment.ms", "900000"));
    }

    @Test
    void onlyOfficersMakeOrAlterAndOnlyRecipientsTopics() {
        for (Grant.Operation operation : List.of(Grant.Operation.CREATE, Grant.Operation.ALTER_CONFIGS)) {
            assertThat(may(operation)).containsExactly("acme.released.* OFFICER");
        }
    }

    @Test
    void refusesSizesThatCannotHold() {
        Duration week = Duration.ofDays(7);
        assertThatThrownBy(() -> new ClusterSizing(1, 1, 1, (short) 1, (short) 2, week, week, week, 1))
                .hasMessageContaining("minInsyncReplicas");
        assertThatThrownBy(() -> new ClusterSizing(1, 1, 1, (short) 1, (short) 1, Duration.ofDays(31), week, week, 1))
                .hasMessageContaining("ingressRetention");
    }

    @Test
    void refusesAGrantOfEverything() {
        assertThatThrownBy(() -> Grant.topics(Room.AUDIT, "*", Grant.Operation.READ))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Set<String> may(Grant.Operation operation) {
        Set<String> lines = new TreeSet<>();
        LAYOUT.grants().stream()
                .filter(grant -> grant.operations().contains(operation))
                .forEach(grant -> lines.add(grant.name() + (grant.prefixed() ? "* " : " ") + grant.room()));
        return lines;
    }
}
