package io.sluice.policies.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.decision.Rollout;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Drafts;
import io.sluice.policies.Shipped;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.Golden;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A shadow is counted to the record and told within bounds, and nothing of it reaches who counts. */
class ShadowTallyTest {
    private static final ActivePolicy ACTIVE = Drafts.with(data -> {});
    private static final ActivePolicy STRICTER = Drafts.with(Drafts.research("demographic.gender", "drop"));
    private static final Candidate SHADOW =
            new Candidate(STRICTER.bundle().digest(), STRICTER.bundle().revision());

    private final ShadowTally tally = new ShadowTally(9, ACTIVE.bundle(), SHADOW, Shipped.NOW);

    @Test
    void countsByDatasetRecipientAndFieldWhatWouldBeDifferent() throws Exception {
        ShadowComparison comparison = ShadowComparison.of(ACTIVE.bundle(), STRICTER.bundle());
        ReleaseInput patient = input("fhir-patient", 0);
        ReleaseInput observation = input("fhir-observation", 0);
        count(patient, 3);
        count(observation, 5);
        tally.fold(comparison, () -> false);
        assertThat(tally.records()).as("what is left waits for the next time").isZero();
        tally.fold(comparison);
        assertThat(tally.records()).isEqualTo(8);
        count(patient, 2);
        assertThat(tally.records()).as("as of the last time").isEqualTo(8);
        tally.fold(comparison);
        tally.fold(comparison);

        ShadowReport report = tally.report();

        assertThat(report.records()).isEqualTo(10);
        assertThat(report.differing()).isEqualTo(5);
        assertThat(report.failed()).isZero();
        assertThat(report.rows())
                .contains(new ShadowReport.Row("fhir-patient", "research", "/gender", "keep", "closed", 5))
                .allSatisfy(row -> {
                    assertThat(row.dataset()).isEqualTo("fhir-patient");
                    assertThat(row.recipient()).isEqualTo("research");
                });
        assertThat(report.plus(report).rows().get(0).records()).isEqualTo(10);
        assertThat(report.plus(report).records()).isEqualTo(20);
        assertThat(ShadowReport.of(StrictJson.read(CanonicalJson.bytes(report.toJson()))))
                .isEqualTo(report);
        assertThatThrownBy(() -> ShadowReport.of(StrictJson.read("{}".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aViewThatGoesIsOneChange() {
        ReleaseInput patient = input("fhir-patient", 0);
        SortedMap<String, RecipientDecision> more =
                new TreeMap<>(ACTIVE.release(patient).recipients());
        more.put("nobody", Objects.requireNonNull(more.get("research")));
        tally.count(patient, new Decision(more));

        tally.fold(ShadowComparison.of(ACTIVE.bundle(), ACTIVE.bundle()));

        assertThat(tally.report().rows())
                .containsExactly(
                        new ShadowReport.Row("fhir-patient", "nobody", "disposition", "release", "no answer", 1));
    }

    /** What the shadow cannot answer is counted by code; the decision that stood is never asked for it. */
    @Test
    void aShadowThatGivesNoDecisionIsCounted() {
        ActivePolicy broken = Drafts.with(Drafts.research("demographic.gender", "no-such-transform"));
        count(input("fhir-patient", 0), 4);

        tally.fold(ShadowComparison.of(ACTIVE.bundle(), broken.bundle()));

        assertThat(tally.failed()).isEqualTo(4);
        assertThat(tally.differing()).isZero();
        assertThat(tally.report().failures()).containsOnly(Map.entry(ShadowComparison.DECISION_INVALID, 4L));
        assertThat(tally.report().records()).isEqualTo(4);
    }

    @Test
    void noRecordIsLostAtTheLimits() {
        Decision decided = ACTIVE.release(input("fhir-observation", 0));
        int inputs = ShadowTally.MAX_HELD + 10;
        for (int day = 0; day < inputs; day++) {
            tally.count(input("fhir-observation", day), decided);
        }
        assertThat(tally.report().notCompared()).isEqualTo(10);

        ShadowReport rows = new ShadowReport(
                        9, SHADOW.bundle(), 1, Shipped.NOW, 300, 300, 0, new TreeMap<>(), manyRows(), 7)
                .bounded();
        assertThat(rows.rows()).hasSize(ShadowReport.MAX_ROWS);
        assertThat(rows.rows().get(0).records()).isEqualTo(300);
        assertThat(rows.other()).isEqualTo(7 + 100 * 101 / 2);
    }

    private static List<ShadowReport.Row> manyRows() {
        List<ShadowReport.Row> rows = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            rows.add(new ShadowReport.Row("orders", "care", "/f" + i, "keep", "closed", i));
        }
        return rows;
    }

    @Test
    void aTaskCountsForTheNewestActivationAndKeepsWhatEnded() {
        TaskShadow task =
                new TaskShadow(number -> Optional.of(STRICTER.bundle()), Clock.fixed(Shipped.NOW, ZoneOffset.UTC));
        ReleaseInput patient = input("fhir-patient", 0);
        assertThat(task.of(activation(8, null))).isNull();
        ShadowTally ninth = task.of(activation(9, SHADOW));
        assertThat(ninth).isNotNull().isSameAs(task.of(activation(9, SHADOW)));
        Objects.requireNonNull(ninth).count(patient, ACTIVE.release(patient));
        task.work();
        assertThat(task.of(activation(10, null))).isNull();
        assertThat(task.report().orElseThrow().records()).isEqualTo(1);
        assertThat(task.sum(ShadowTally::differing)).isEqualTo(1);

        ShadowTally eleventh = task.of(activation(11, SHADOW));
        task.work();
        assertThat(eleventh).isNotSameAs(ninth);
        assertThat(task.of(activation(9, SHADOW)))
                .as("an old one is not counted")
                .isNull();
        assertThat(task.report().orElseThrow().records()).isZero();
    }

    private static ActivePolicy activation(long number, @Nullable Candidate shadow) {
        VerifiedBundle bundle = ACTIVE.bundle();
        Activation activation = new Activation(
                number,
                bundle.digest(),
                bundle.revision(),
                Shipped.TENANT,
                Instant.EPOCH,
                shadow == null ? null : new Rollout(null, shadow, false));
        return new ActivePolicy(activation, bundle, Shipped.engine());
    }

    private void count(ReleaseInput input, int records) {
        Decision decided = ACTIVE.release(input);
        for (int i = 0; i < records; i++) {
            tally.count(input, decided);
        }
    }

    private static ReleaseInput input(String dataset, int day) {
        ReleaseInput golden = Golden.all().stream()
                .map(Golden::input)
                .filter(one -> one.dataset().equals(dataset))
                .findFirst()
                .orElseThrow();
        return new ReleaseInput(
                golden.day().plusDays(day),
                golden.dataset(),
                golden.controller(),
                golden.producer(),
                golden.producerOrg(),
                golden.purpose(),
                golden.region(),
                golden.consents(),
                golden.objections(),
                golden.restrictions(),
                golden.attributes());
    }
}
