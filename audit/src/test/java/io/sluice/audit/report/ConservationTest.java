package io.sluice.audit.report;

import static io.sluice.audit.report.ReportLog.quarantined;
import static io.sluice.audit.report.ReportLog.released;
import static io.sluice.audit.report.ReportLog.withheld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In = released + withheld + quarantined + duplicates, and what does not add up is named. */
class ConservationTest {
    private static final List<String> HIPAA = List.of("hipaa");

    @TempDir
    private Path folder = Path.of("unset");

    private static Map<String, Object> seen(String id) {
        return released(id, "a".repeat(64), Map.of("purpose", "treatment"));
    }

    @Test
    void everyRecordHasOneDispositionForEachRecipient() {
        Report report = new ReportLog(folder)
                .decided("visits", "", 1, HIPAA, seen("care"), withheld("lab", "no-protection"))
                .decided("visits", "", 2, HIPAA, seen("care"), quarantined("lab"))
                .decided("visits", "", 3, HIPAA, quarantined("care"), quarantined("lab"))
                .outcome("visits", "duplicate", 4)
                .outcome("visits", "quarantined", 5)
                .attempt("visits", "events.ingress/1/0/1", List.of("lab"), 6, seen("lab"))
                .attempt("visits", "events.ingress/1/0/2", List.of("*"), 7, seen("care"), quarantined("lab"))
                .report("conservation", Map.of());

        assertThat(report.findings()).isEmpty();
        assertThat(report.basis().complete()).isTrue();
        JsonNode json = report.tree();
        assertThat(json.at("/recipients/0").toString())
                .isEqualTo("{\"dataset\":\"visits\",\"duplicates\":1,\"in\":5,\"notAsked\":0,\"quarantined\":2,"
                        + "\"recipient\":\"care\",\"released\":3,\"returned\":1,\"state\":\"ok\",\"withheld\":0}");
        assertThat(json.at("/recipients/1").toString())
                .isEqualTo("{\"dataset\":\"visits\",\"duplicates\":1,\"in\":5,\"notAsked\":0,\"quarantined\":4,"
                        + "\"recipient\":\"lab\",\"released\":1,\"returned\":2,\"state\":\"ok\",\"withheld\":1}");
        assertThat(json.at("/log/size").asInt()).isEqualTo(7);
        assertThat(json.at("/window/zone").asText()).isEqualTo("UTC");
    }

    @Test
    void whatHasNoDispositionOrTwoIsNamed() {
        Report report = new ReportLog(folder)
                .decided("visits", "", 1, HIPAA, seen("care"), seen("lab"))
                .decided("visits", "", 2, HIPAA, seen("care"))
                .decided("visits", "", 3, HIPAA, seen("care"), seen("lab"), seen("lab"))
                .gap()
                .gap()
                .decided("visits", "", 4, HIPAA, seen("care"), seen("lab"))
                .report("conservation", Map.of());

        assertThat(report.findings())
                .extracting(Report.Finding::text)
                .containsExactly(
                        "events.ingress/1/0/1 has no disposition for lab.",
                        "events.ingress/1/0/2 has two dispositions for lab.");
        assertThat(report.findings().get(0).entries()).containsExactly(1L);
        assertThat(report.basis().gaps()).containsExactly("events.ingress/1/0/3 to 4 have no entry");
        assertThat(report.tree().path("complete").asBoolean()).isFalse();
    }

    @Test
    void theWindowAndTheDatasetNarrowItAndTheSameQuestionHasTheSameAnswer() {
        ReportLog log = new ReportLog(folder)
                .decided("visits", "", 1, HIPAA, seen("care"))
                .decided("visits", "", 100, HIPAA, withheld("care", "no-protection"))
                .decided("orders", "", 101, HIPAA, seen("care"));
        Map<String, String> asked = Map.of(
                "dataset", "visits", "from", ReportLog.NOW.plusSeconds(50).toString());

        Report report = log.report("conservation", asked);

        assertThat(report.basis().read()).isEqualTo(1);
        assertThat(report.tree().at("/recipients").size()).isEqualTo(1);
        assertThat(report.tree().at("/recipients/0/withheld").asInt()).isEqualTo(1);
        assertThat(log.report("conservation", asked).tree()).isEqualTo(report.tree());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nothing      | dataset | visits               | There is no such report
            conservation | subject | s1_x                 | not subject
            conservation | colour  | blue                 | and nothing else
            conservation | from    | yesterday            | from is a time
            conservation | dataset | <b>                  | dataset is an id
            """)
    void whatIsWronglyAskedIsNamedAndNotRepeated(String name, String parameter, String value, String says) {
        assertThatThrownBy(() -> ReportQuestion.of(name, Map.of(parameter, value)))
                .isInstanceOf(ReportRefusedException.class)
                .hasMessageContaining(says)
                .hasMessageNotContaining(value.length() > 4 && !value.equals("visits") ? value : "<b>");
    }

    @Test
    void aReportOfMoreThanThereIsRoomForIsNotMade() {
        ReportLog log = new ReportLog(folder)
                .decided("visits", "", 1, HIPAA, seen("care"))
                .decided("visits", "", 2, HIPAA, seen("care"));

        assertThatThrownBy(() -> log.report("conservation", Map.of(), 1)).isInstanceOf(ReportTooLargeException.class);
        assertThat(log.report("conservation", Map.of(), 2).basis().read()).isEqualTo(2);
    }
}
