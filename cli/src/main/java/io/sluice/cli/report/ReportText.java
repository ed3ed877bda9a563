package io.sluice.cli.report;

import io.sluice.audit.report.Report;
import io.sluice.audit.report.Report.Column;
import io.sluice.audit.report.Report.Deadline;
import io.sluice.audit.report.Report.Finding;
import io.sluice.audit.report.Report.Section;
import io.sluice.audit.report.ReportSpec;
import io.sluice.cli.output.Table;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report as text. Stateless. */
public final class ReportText {
    private ReportText() {}

    /** The text, with a line end at its end. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        Report.Basis basis = report.basis();
        line(text, report.spec().title() + ": " + report.spec().answers());
        if (!basis.complete()) {
            line(
                    text,
                    "THE LOG IS NOT COMPLETE: " + String.join("; ", basis.gaps())
                            + ". \"./sluice audit verify\" tells which of it is about to come.");
        }
        line(
                text,
                "Log " + basis.origin() + ", size " + basis.size() + ", root " + basis.root() + "; " + basis.read()
                        + " entries read.");
        line(
                text,
                "Window " + time(basis.from(), "the log's begin") + " to " + time(basis.until(), "its end")
                        + " (UTC); last entry " + time(basis.last(), "none") + ".");
        text.append('\n');
        if (report.findings().isEmpty()) {
            line(text, "Findings: none.");
        } else {
            line(text, "Findings:");
            report.findings().forEach(finding -> line(text, "  " + sentence(finding)));
        }
        report.sections().forEach(section -> section(text, section));
        if (!report.deadlines().isEmpty()) {
            line(text, "\nDeadlines");
            line(text, deadlines(report.deadlines()));
        }
        line(text, "\nAsked for by");
        for (ReportSpec.Clause clause : report.spec().clauses()) {
            line(text, "  " + clause.clause() + ": " + clause.says());
        }
        line(text, "To be signed by " + String.join(", ", report.spec().signs()) + ".");
        line(text, "What it cannot tell");
        report.spec().cannotTell().forEach(limit -> line(text, "  " + limit));
        return text.toString();
    }

    private static String sentence(Finding finding) {
        String places = finding.entries().isEmpty()
                ? ""
                : " (entries "
                        + String.join(
                                ", ",
                                finding.entries().stream().map(String::valueOf).toList())
                        + ")";
        return "[" + finding.code() + "] " + finding.text() + places;
    }

    private static void section(StringBuilder text, Section section) {
        line(text, "\n" + section.title());
        if (!section.note().isEmpty()) {
            line(text, section.note());
        }
        if (section.rows().isEmpty()) {
            line(text, "  nothing");
            return;
        }
        Table table = new Table(section.columns().stream()
                .map(column -> column.title().toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        for (List<Object> row : section.rows()) {
            Object[] cells = new Object[row.size()];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = cell(section.columns().get(i), row.get(i));
            }
            table.row(cells);
        }
        line(text, table.toString());
        if (section.more() > 0) {
            line(text, "and " + section.more() + " more that are not listed; narrow the window");
        }
    }

    private static String cell(Column column, Object value) {
        String text = String.valueOf(value);
        return switch (column.kind()) {
            case NUMBER, BAR -> value instanceof Long number ? String.format(Locale.ROOT, "%,d", number) : text;
            case TIME -> text.isEmpty() ? "" : text.replaceAll("\\.[0-9]+Z$", "Z");
            case TEXT, CODE, ENTRY, STATE -> text;
        };
    }

    private static String deadlines(List<Deadline> deadlines) {
        Table table = new Table("CLAUSE", "UNTIL", "APPLIES", "WHAT");
        for (Deadline deadline : deadlines) {
            Instant ends = deadline.ends();
            table.row(
                    deadline.term().clause(),
                    ends == null
                            ? deadline.term().after() + " from "
                                    + deadline.term().from()
                            : ends,
                    deadline.applies().isEmpty() ? "to be judged" : deadline.applies(),
                    deadline.term().says() + (deadline.because().isEmpty() ? "" : " " + deadline.because()));
        }
        return table.toString();
    }

    private static String time(@Nullable Instant time, String otherwise) {
        return time == null ? otherwise : time.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
