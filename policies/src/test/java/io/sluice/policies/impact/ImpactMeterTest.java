package io.sluice.policies.impact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Drafts;
import io.sluice.policies.diff.Direction;
import io.sluice.policies.evaluate.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each different question is decided once, and counts as many records and subjects as asked it. */
class ImpactMeterTest {
    private static String input(String dataset, int day) {
        ReleaseInput golden = Golden.all().stream()
                .map(Golden::input)
                .filter(one -> one.dataset().equals(dataset))
                .findFirst()
                .orElseThrow();
        ReleaseInput moved = new ReleaseInput(
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
        return new String(moved.canonical(), StandardCharsets.UTF_8);
    }

    @Test
    void countsRecordsAndSubjectsOfWhatWouldBeDifferent() throws Exception {
        ImpactMeter meter =
                new ImpactMeter(Drafts.with(Drafts.research("demographic.gender", "drop")), Drafts.with(data -> {}));
        meter.input(input("fhir-patient", 0));
        meter.records(1, 3);
        meter.records(2, 2);
        meter.input(input("fhir-patient", 1));
        meter.records(1, 10);
        meter.input(input("fhir-observation", 0));
        meter.records(3, 100);
        meter.records(0, 1);
        meter.input("{\"day\":\"2026-01-01\"}");
        meter.records(4, 1_000);

        ImpactReport report = meter.report();

        assertThat(report.inputs()).isEqualTo(3);
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.records()).isEqualTo(1_116);
        assertThat(report.subjects()).isEqualTo(4);
        assertThat(report.changedRecords()).isEqualTo(15);
        assertThat(report.changedSubjects()).isEqualTo(2);
        assertThat(report.views()).singleElement().satisfies(view -> {
            assertThat(view.dataset()).isEqualTo("fhir-patient");
            assertThat(view.recipient()).isEqualTo("research");
            assertThat(view.inputs()).isEqualTo(2);
            assertThat(view.records()).isEqualTo(15);
            assertThat(view.subjects()).isEqualTo(2);
            assertThat(view.fields(Direction.OPENS)).isPositive();
            assertThat(view.fields(Direction.CLOSES)).isZero();
        });
        JsonNode json = StrictJson.read(CanonicalJson.bytes(report.toJson()));
        assertThat(CanonicalJson.text(ImpactReport.entryDetail(json)))
                .contains("\"changedRecords\":15", "\"dataset\":\"fhir-patient\"", "\"closes\":0")
                .doesNotContain("/gender");
        for (String missing : List.of("before", "records", "changedSubjects")) {
            ObjectNode broken = json.deepCopy();
            broken.remove(missing);
            assertThatThrownBy(() -> ImpactReport.entryDetail(broken)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
