package io.sluice.audit.report;

import io.sluice.audit.report.Report.Column;
import io.sluice.audit.report.Report.Deadline;
import io.sluice.audit.report.Report.Finding;
import io.sluice.audit.report.Report.Kind;
import io.sluice.audit.report.Report.Section;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report under way. Not thread-safe. */
final class Draft {
    /** Rows of a table at most: what is beyond is counted. */
    static final int MAX_ROWS = 1_000;

    /** Where a year ends last. */
    private static final ZoneOffset LAST_TO_END = ZoneOffset.ofHours(-12);

    private final List<Finding> findings = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private final Map<String, String> applies = new LinkedHashMap<>();
    private final Map<String, String> because = new LinkedHashMap<>();
    private final Map<String, Instant> counts = new LinkedHashMap<>();

    /** A table under way. */
    static final class Table {
        private final String id;
        private final String title;
        private final String note;
        private final List<Column> columns = new ArrayList<>();
        private final List<List<Object>> rows = new ArrayList<>();
        private long more;

        private Table(String id, String title, String note) {
            this.id = id;
            this.title = title;
            this.note = note;
        }

        Table column(String name, String heading, Kind kind) {
            columns.add(new Column(name, heading, kind));
            return this;
        }

        Table row(Object... cells) {
            if (cells.length != columns.size()) {
                throw new IllegalArgumentException("a row of " + id + " has " + columns.size() + " cells");
            }
            if (rows.size() < MAX_ROWS) {
                rows.add(List.of(cells));
            } else {
                more++;
            }
            return this;
        }

        /** Rows that are not listed because whoever adds them did not keep them. */
        void more(long beyond) {
            more += beyond;
        }
    }

    Table table(String id, String title, String note) {
        Table table = new Table(id, title, note);
        tables.add(table);
        return table;
    }

    /** Adds what somebody has to look at; the same twice is there once. */
    void finding(String code, String text, List<Long> entries) {
        Finding finding = new Finding(code, text, entries);
        if (!findings.contains(finding)) {
            findings.add(finding);
        }
    }

    /** Says of a deadline whether it applies, and why. */
    void applies(String term, boolean does, String why) {
        applies.put(term, does ? "yes" : "no");
        because.put(term, why);
    }

    /** Says what a deadline counts from, where the log knows it. */
    void from(String term, Instant start, String why) {
        counts.put(term, start);
        applies(term, true, why);
    }

    /** Says of a deadline that people have to judge whether it applies, and by what. */
    void open(String term, String why) {
        because.put(term, "To be judged: " + why);
    }

    Report end(ReportSpec spec, Report.Basis basis, ReportQuestion question) {
        List<Section> sections = tables.stream()
                .map(table -> new Section(table.id, table.title, table.note, table.columns, table.rows, table.more))
                .toList();
        Instant clock = question.time(Parameter.CLOCK).orElse(null);
        List<Deadline> deadlines = spec.terms().stream()
                .map(term -> new Deadline(
                        term,
                        ends(term, counts.getOrDefault(term.id(), clock)),
                        applies.getOrDefault(term.id(), ""),
                        because.getOrDefault(term.id(), "")))
                .toList();
        return new Report(spec, basis, question.asked(), findings, sections, deadlines);
    }

    /**
     * Hours to the moment; days, months and years by the calendar in UTC. A calendar year is that of whoever discovered it,
     * whose place nobody names: it is the earlier one as long as that has not ended everywhere.
     */
    static @Nullable Instant ends(ReportSpec.Term term, @Nullable Instant clock) {
        if (clock == null) {
            return null;
        }
        ZonedDateTime begin = clock.atZone(ZoneOffset.UTC);
        if (term.ofYearEnd()) {
            int year = clock.atOffset(LAST_TO_END).getYear();
            begin = LocalDate.of(year + 1, 1, 1).atStartOfDay(ZoneOffset.UTC);
        }
        return term.after().startsWith("PT")
                ? begin.plus(Duration.parse(term.after())).toInstant()
                : begin.plus(Period.parse(term.after())).toInstant();
    }
}
