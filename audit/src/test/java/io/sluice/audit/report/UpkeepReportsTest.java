package io.sluice.audit.report;

import static io.sluice.audit.report.ReportLog.released;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refusals, holds and controls. */
class UpkeepReportsTest {
    private static final String ANN = "s1_" + "a".repeat(26);
    private static final String BOB = "s1_" + "b".repeat(26);
    private static final long DAY = 86_400;

    @TempDir
    private Path folder = Path.of("unset");

    private ReportLog log = new ReportLog(Path.of("unset"));

    @BeforeEach
    void rulebook() {
        log = new ReportLog(folder).rulebook(Rulebooks.clinic());
    }

    private void record(String subject, long second) {
        log.decided(
                "visits",
                subject,
                second,
                List.of("hipaa"),
                released("care", log.plan(Map.of("/a-name", "keep")), Map.of("purpose", "treatment"), 0));
    }

    private static JsonNode row(Report report, String section, String member, String value) {
        return StreamSupport.stream(report.tree().path(section).spliterator(), false)
                .filter(row -> row.path(member).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError(section + " has no " + value + ": " + report.tree()));
    }

    private static List<String> codes(Report report) {
        return report.findings().stream().map(Report.Finding::code).toList();
    }

    @Test
    void refusalsAreCountedByProducerReasonAndDay() {
        record(ANN, 0);
        log.act("admission-refused", "webshop", 1, Map.of("code", "schema-invalid", "count", 3));
        log.act("admission-refused", "webshop", 2, Map.of("code", "schema-invalid", "count", 2));
        log.act("admission-refused", "clinic", DAY, Map.of("code", "quota", "count", 7));
        log.act("admission-refused", "webshop", DAY, Map.of("code", "schema-invalid", "count", 1));
        log.act("audit-refused", "unknown", DAY, Map.of("code", "reader-unknown", "count", 9));

        Report report = log.report("refusals", Map.of());

        assertThat(report.basis().read()).as("and nothing else is read").isEqualTo(4);
        JsonNode shop = row(report, "reasons", "producer", "webshop");
        assertThat(shop.path("refused").asLong()).isEqualTo(6);
        assertThat(shop.path("entry").asLong()).isEqualTo(1);
        assertThat(report.tree().path("days"))
                .hasToString("[{\"day\":\"2026-11-26\",\"refused\":5},{\"day\":\"2026-11-27\",\"refused\":8}]");
        assertThat(report.tree().at("/daily/0"))
                .hasToString("{\"day\":\"2026-11-27\",\"producer\":\"clinic\",\"reason\":\"quota\",\"refused\":7}");
        assertThat(report.tree().path("daily")).hasSize(3);
    }

    @Test
    void fieldsTellWhatARecipientGotOverAllViews() {
        String plan = log.plan(new TreeMap<>(Map.of("/a-name", "keep", "/b-birth", "generalise.year")));
        for (int second = 0; second < 3; second++) {
            log.decided(
                    "visits",
                    second == 0 ? ANN : BOB,
                    second,
                    List.of("hipaa"),
                    released("care", plan, Map.of("purpose", "treatment"), 0, 1),
                    released("registry", plan, Map.of("purpose", "public-health"), 1));
        }

        Report care = log.report("fields", Map.of("recipient", "care"));
        assertThat(care.tree().at("/fields/0").toString())
                .as("what went out in clear is first")
                .contains("\"field\":\"/a-name\"", "\"category\":\"name\"", "\"treatment\":\"in clear\"")
                .contains("\"rule\":\"r#/a-name\"", "\"views\":3", "\"fields\":3", "\"entry\":0");
        assertThat(row(care, "fields", "field", "/b-birth").path("treatment").asText())
                .isEqualTo("coarser");
        assertThat(log.report("fields", Map.of("recipient", "registry")).tree().path("fields"))
                .as("nobody else's")
                .hasSize(1);
        assertThat(log.report("fields", Map.of("recipient", "care", "subject", ANN))
                        .tree()
                        .at("/fields/0/views")
                        .asLong())
                .isEqualTo(1);
        log.decided("visits", ANN, 9, List.of(), released("care", "f".repeat(64), Map.of(), 0));
        assertThat(codes(log.report("fields", Map.of("recipient", "care")))).containsExactly("plan-not-kept");
    }

    @Test
    void holdsTellWhatIsPastItsRetention() {
        record(ANN, 0);
        record(ANN, 400 * DAY);
        record(BOB, 0);
        Map<String, Object> hold = Map.of("reason", "claim 7", "by", "CN=ada", "since", "2026-11-26T12:00:00.000000Z");
        log.act("legal-hold-set", "CN=ada", 1, Map.of("subject", ANN, "hold", hold));
        log.act("legal-hold-set", "CN=ada", 1, Map.of("subject", BOB, "hold", hold));
        log.act("erasure-held", "custodian", 2, Map.of("subject", ANN, "choice", "c", "hold", hold));
        log.act("legal-hold-released", "CN=ada", 3, Map.of("subject", BOB, "hold", hold, "why", "over"));

        Report early = log.report(
                "holds", Map.of("clock", ReportLog.NOW.plusSeconds(DAY).toString()));
        assertThat(codes(early)).isEmpty();
        assertThat(early.tree().path("holds")).hasSize(1);
        JsonNode held = row(early, "holds", "subject", ANN);
        assertThat(held.path("reason").asText()).isEqualTo("claim 7");
        assertThat(held.path("erasure").asText()).isEqualTo("waits");
        JsonNode kept = row(early, "kept", "subject", ANN);
        assertThat(kept.path("dataset").asText()).isEqualTo("visits");
        assertThat(kept.path("records").asLong()).isEqualTo(2);
        assertThat(kept.path("past").asLong()).isZero();

        long days = kept.path("retention").asLong();
        assertThat(days).isPositive();
        Report late = log.report(
                "holds",
                Map.of("clock", ReportLog.NOW.plusSeconds((days + 1) * DAY).toString()));
        assertThat(codes(late)).containsExactly("past-retention");
        assertThat(row(late, "kept", "subject", ANN).path("past").asLong())
                .as("the later record is not")
                .isEqualTo(1);

        log.act("legal-hold-set", "CN=ada", 4, Map.of("subject", BOB, "hold", hold));
        assertThat(log.report("holds", Map.of()).tree().path("holds"))
                .as("set again after it was released")
                .hasSize(2);
    }

    @Test
    void controlsTellTheFreshestEvidenceAndWhatIsStaleOrMissing() {
        record(ANN, 0);
        log.act("activity-reviewed", "CN=ada", 10, Map.of());
        log.act("activity-reviewed", "CN=ada", 20, Map.of());
        log.act("heartbeat", "audit/0", 30, Map.of());
        log.act(
                "audit-read",
                "alan",
                40,
                Map.of(
                        "questions",
                        List.of(
                                Map.of("asked", "report processing from", "count", 2, "answered", 1),
                                Map.of("asked", "report dpia", "count", 1, "answered", 0),
                                Map.of("asked", "report conservation", "count", 1),
                                Map.of("asked", "report form dpia", "count", 1, "answered", 1))));

        Report report = log.report(
                "controls", Map.of("clock", ReportLog.NOW.plusSeconds(2 * DAY).toString()));

        JsonNode review = row(report, "controls", "source", "activity-reviewed");
        assertThat(review.path("entry").asLong()).as("the newest").isEqualTo(2);
        assertThat(review.path("state").asText()).isEqualTo("fresh");
        assertThat(review.path("cadence").asText()).isEqualTo("every 30 days");
        assertThat(row(report, "controls", "source", "heartbeat").path("state").asText())
                .isEqualTo("stale");
        assertThat(row(report, "controls", "source", "report processing")
                        .path("state")
                        .asText())
                .isEqualTo("fresh");
        assertThat(row(report, "controls", "source", "report accounting")
                        .path("state")
                        .asText())
                .isEqualTo("none yet");
        assertThat(List.of("report dpia", "report conservation"))
                .as("asked for, and not known to be given")
                .allSatisfy(source -> assertThat(row(report, "controls", "source", source)
                                .path("state")
                                .asText())
                        .isEqualTo("missing"));
        assertThat(row(report, "controls", "source", "key-rotated")
                        .path("state")
                        .asText())
                .isEqualTo("missing");
        assertThat(codes(report)).contains("stale", "missing");
        assertThat(report.findings())
                .as("of what is due")
                .noneMatch(finding -> finding.text().contains("accounting"));

        Report later = log.report(
                "controls",
                Map.of("clock", ReportLog.NOW.plusSeconds(20 + 30 * DAY + 1).toString()));
        assertThat(row(later, "controls", "source", "activity-reviewed")
                        .path("state")
                        .asText())
                .isEqualTo("stale");
    }
}
