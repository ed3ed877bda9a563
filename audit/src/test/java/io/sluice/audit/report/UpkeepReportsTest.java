package io.sluice.audit.report;

import static io.sluice.audit.report.ReportLog.released;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Instant;
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
    private static final JsonMapper MAPPER = new JsonMapper();

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
                .hasToString("[{\"day\":\"2026-11-27\",\"refused\":8},{\"day\":\"2026-11-26\",\"refused\":5}]");
        assertThat(report.tree().at("/daily/0"))
                .hasToString("{\"day\":\"2026-11-27\",\"producer\":\"clinic\",\"reason\":\"quota\",\"refused\":7}");
        assertThat(report.tree().path("daily")).hasSize(3);
    }

    @Test
    void refusalsAreOfTheDayOfTheirMinuteAndNotOfTheEntry() {
        String late = "2026-11-26T23:59:00.000000Z";
        log.act(
                "admission-refused",
                "webshop",
                DAY / 2 + 1, // of the next day
                Map.of("code", "quota", "count", 3, "minute", late));

        Report report = log.report("refusals", Map.of());

        assertThat(report.tree().path("days")).hasToString("[{\"day\":\"2026-11-26\",\"refused\":3}]");
        assertThat(report.tree().at("/daily/0/day").asText()).isEqualTo("2026-11-26");
        assertThat(report.tree().at("/reasons/0/first").asText()).isEqualTo(late);
    }

    @Test
    void refusalsThatAreTooManyToListAreCountedAndTheNewestDaysStay() {
        RefusalsBody body = new RefusalsBody();
        int producers = RefusalsBody.MAX_KEPT / 1_250;
        for (int day = 0; day < 1_251; day++) {
            for (int producer = 0; producer < producers; producer++) {
                body.take(day, refusal("p" + producer, ReportLog.NOW.plusSeconds(day * DAY)));
            }
        }
        body.take(9_999, refusal("newcomer", ReportLog.NOW.plusSeconds(1_250 * DAY)));
        Draft draft = new Draft();
        body.write(draft);
        ReportQuestion question = ReportQuestion.of("refusals", Map.of());
        Report report =
                draft.end(question.spec(), new Report.Basis("x", 1, "x", 1, null, null, null, List.of()), question);

        assertThat(row(report, "reasons", "producer", "newcomer")
                        .path("refused")
                        .asLong())
                .isEqualTo(1);
        assertThat(row(report, "reasons", "producer", "p1").path("refused").asLong())
                .isEqualTo(1_251);
        assertThat(report.tree().at("/days/0/day").asText()).isEqualTo("2030-04-29");
        assertThat(report.sections().stream().map(Report.Section::more))
                .as("rows of reasons, days, and both")
                .containsExactly(0L, 251L, 1_251L * producers + 1 - Draft.MAX_ROWS);
    }

    private static JsonNode refusal(String producer, Instant time) {
        return MAPPER.valueToTree(
                Map.of("actor", producer, "time", time.toString(), "detail", Map.of("code", "quota", "count", 1)));
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
    void fieldsTellTheCategoryThatAFieldHadThen() {
        String plan = log.plan(Map.of("/a-name", "keep"));
        log.decided("visits", ANN, 0, List.of(), released("care", plan, Map.of(), 0));
        log.rulebook(Rulebooks.clinicWhere("visits", Map.of("/a-name", List.of("finding"))));
        log.decided("visits", ANN, 1, List.of(), released("care", plan, Map.of(), 0));

        JsonNode fields =
                log.report("fields", Map.of("recipient", "care")).tree().path("fields");

        assertThat(fields.findValuesAsText("category")).containsExactly("finding", "name");
        assertThat(fields.findValuesAsText("views")).containsExactly("1", "1");
    }

    @Test
    void holdsTellWhatIsPastItsRetention() {
        record(ANN, 0);
        record(ANN, DAY * 3 / 4);
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
                Map.of("clock", ReportLog.NOW.plusSeconds(days * DAY + DAY / 2).toString()));
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
    void whatCameAfterTheClockDoesNotCount() {
        record(ANN, 0);
        hold(ANN, 1);
        hold(BOB, 200 * DAY);
        log.act("legal-hold-released", "CN=ada", 100 * DAY, Map.of("subject", ANN));
        log.act("activity-reviewed", "CN=ada", 10, Map.of());
        log.act("activity-reviewed", "CN=ada", 100 * DAY, Map.of());
        record(ANN, 300 * DAY);
        Map<String, String> clock =
                Map.of("clock", ReportLog.NOW.plusSeconds(50 * DAY).toString());

        Report holds = log.report("holds", clock);

        assertThat(holds.tree().path("holds").findValuesAsText("subject")).containsExactly(ANN);
        assertThat(row(holds, "kept", "subject", ANN).path("records").asLong()).isEqualTo(1);
        JsonNode review = row(log.report("controls", clock), "controls", "source", "activity-reviewed");
        assertThat(review.path("entry").asLong()).isEqualTo(4);
        assertThat(review.path("state").asText()).isEqualTo("stale");
    }

    private void hold(String subject, long second) {
        log.act(
                "legal-hold-set",
                "CN=ada",
                second,
                Map.of(
                        "subject",
                        subject,
                        "hold",
                        Map.of("reason", "claim 7", "by", "CN=ada", "since", "2026-11-26T12:00:00.000000Z")));
    }

    @Test
    void holdsCountWhatWentOutAndSayWhatTheyDoNotKnowTheRetentionOf() {
        hold(ANN, 1);
        record(ANN, 2);
        log.decided("visits", ANN, 3, List.of("hipaa"), ReportLog.withheld("care", "no-consent"));
        log.decided(
                "given-up",
                ANN,
                4,
                List.of("hipaa"),
                released("care", log.plan(Map.of("/a-name", "keep")), Map.of("purpose", "treatment"), 0));

        Report report = log.report("holds", Map.of());

        assertThat(row(report, "kept", "subject", ANN).path("records").asLong())
                .as("what was withheld from all is not there")
                .isEqualTo(1);
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("dataset-not-declared");
            assertThat(finding.text()).startsWith("1 record about " + ANN);
        });
        log = new ReportLog(folder.resolve("bare"));
        hold(ANN, 1);
        record(ANN, 2);
        assertThat(codes(log.report("holds", Map.of()))).containsExactly("bundle-not-kept");
    }

    @Test
    void holdsThatAreTooManyToLookAtAreNamed() {
        for (int i = 0; i <= HoldsBody.MAX_QUESTIONS; i++) {
            hold("s1_" + "%026d".formatted(i), 1);
        }
        Report report = log.report("holds", Map.of());
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("not-looked-at");
            assertThat(finding.text()).startsWith("1 subject ");
        });
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
