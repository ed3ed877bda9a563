package io.sluice.cli.policy;

import io.sluice.cli.output.Table;
import io.sluice.policies.shadow.ShadowReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a shadow would have decided otherwise, over all tasks that tell. Immutable.
 *
 * @param report all together
 * @param tasks how many of them told
 */
public record ShadowTable(ShadowReport report, int tasks) {
    /** Of the newest activation that a task tells a shadow of; empty where none does. */
    public static Optional<ShadowTable> of(StatusBoard board) {
        List<ShadowReport> told = board.rows().stream()
                .map(row -> row.status().shadow())
                .filter(Objects::nonNull)
                .toList();
        long newest = told.stream().mapToLong(ShadowReport::activation).max().orElse(0);
        List<ShadowReport> ofOne =
                told.stream().filter(report -> report.activation() == newest).toList();
        return ofOne.stream().reduce(ShadowReport::plus).map(sum -> new ShadowTable(sum, ofOne.size()));
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d %s decided since %s, counted by %d %s: %,d would be different under revision %d.",
                report.records(),
                report.records() == 1 ? "record" : "records",
                report.since(),
                tasks,
                tasks == 1 ? "task" : "tasks",
                report.differing(),
                report.revision()));
        if (!report.rows().isEmpty()) {
            Table table = new Table("dataset", "recipient", "what", "now", "under the shadow", "records", "share");
            report.rows()
                    .forEach(row -> table.row(
                            row.dataset(),
                            row.recipient(),
                            row.what(),
                            row.from(),
                            row.to(),
                            String.format(Locale.ROOT, "%,d", row.records()),
                            share(row.records())));
            text.append("\n\n").append(table);
        }
        if (report.other() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "\nother differences, together: %,d (a task lists %d)",
                    report.other(),
                    ShadowReport.MAX_ROWS));
        }
        if (report.notCompared() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "\nnot compared: %,d, because too many different questions came at once",
                    report.notCompared()));
        }
        report.failures()
                .forEach((code, count) ->
                        text.append(String.format(Locale.ROOT, "\nno decision of the shadow: %,d (%s)", count, code)));
        return text.toString();
    }

    private String share(long count) {
        return report.records() == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", 100.0 * count / report.records());
    }

    /** As an object of {@code -o json}. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>(report.toJson());
        json.put("tasks", tasks);
        return json;
    }
}
