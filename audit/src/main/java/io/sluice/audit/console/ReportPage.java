package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.report.Report;
import io.sluice.audit.report.Report.Column;
import io.sluice.audit.report.Report.Deadline;
import io.sluice.audit.report.Report.Finding;
import io.sluice.audit.report.Report.Section;
import java.util.ArrayList;
import java.util.List;

/** A report, in the console and on paper. Stateless. */
final class ReportPage {
    /** Characters from which a cell is given room. */
    private static final int LONG = 48;

    private ReportPage() {}

    /** @param links whether it stands in the console, where entries have pages of their own */
    static Html content(Report report, boolean links) {
        List<Html> parts = new ArrayList<>();
        parts.add(head(report));
        parts.add(findings(report.findings(), links));
        report.sections().forEach(section -> parts.add(section(section, links)));
        if (!report.deadlines().isEmpty()) {
            parts.add(deadlines(report.deadlines()));
        }
        parts.add(basis(report));
        parts.add(signature(report.spec().signs()));
        return Html.many(parts);
    }

    /** What nobody may overlook. */
    private static Html head(Report report) {
        if (report.basis().complete()) {
            return Html.none();
        }
        List<Html> gaps = new ArrayList<>();
        report.basis().gaps().forEach(gap -> gaps.add(of("li", of("code", gap).is("wrap"))));
        return of(
                        "section",
                        of("h2", "The log that this was made from is not complete"),
                        of(
                                "p",
                                "What is missing is in no figure below. ",
                                of("code", "audit verify"),
                                " tells a gap that is about to close from one that stays."),
                        of("ul", Html.many(gaps)))
                .is("card alarm")
                .with("role", "alert");
    }

    private static Html findings(List<Finding> findings, boolean links) {
        if (findings.isEmpty()) {
            return Frame.section(
                    "Findings",
                    of("p", of("span", "none").is("badge good"), " Nothing was found that has to be judged."));
        }
        List<Html> items = new ArrayList<>();
        for (Finding finding : findings) {
            List<Html> places = new ArrayList<>();
            finding.entries().forEach(place -> places.add(of("span", " ", entry(place, links))));
            items.add(of(
                    "li",
                    of("span", finding.code()).is("badge bad"),
                    " ",
                    of("span", finding.text()).is("wrap"),
                    Html.many(places)));
        }
        return Frame.section("Findings", of("ul", Html.many(items)).is("plain findings"));
    }

    private static Html entry(long place, boolean links) {
        String text = "entry " + Frame.number(place);
        return links ? link(Addresses.entry(place), text) : Html.text(text);
    }

    private static Html section(Section section, boolean links) {
        List<Object> parts = new ArrayList<>();
        if (!section.note().isEmpty()) {
            parts.add(of("p", section.note()).is("quiet"));
        }
        parts.add(section.rows().isEmpty() ? of("p", "Nothing.").is("empty") : table(section, links));
        if (section.more() > 0) {
            parts.add(of("p", "And " + Frame.number(section.more()) + " more that are not listed; narrow the window.")
                    .is("quiet"));
        }
        return Frame.section(section.title(), parts.toArray()).with("id", "part-" + section.id());
    }

    private static Html table(Section section, boolean links) {
        List<Html> heads = new ArrayList<>();
        section.columns()
                .forEach(column ->
                        heads.add(align(column, of("th", column.title()).with("scope", "col"))));
        List<Html> rows = new ArrayList<>();
        for (List<Object> row : section.rows()) {
            List<Html> cells = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                Column column = section.columns().get(i);
                Html shown = column.kind() == Report.Kind.BAR
                        ? bar((Long) row.get(i), most(section, i))
                        : cell(column, row.get(i), links);
                boolean names = i == 0 && !String.valueOf(row.get(i)).isEmpty();
                Html.Element cell = names ? of("th", shown).with("scope", "row") : of("td", shown);
                cells.add(String.valueOf(row.get(i)).length() > LONG ? cell.is("long") : align(column, cell));
            }
            rows.add(of("tr", Html.many(cells)));
        }
        return of(
                        "div",
                        of("table", of("thead", of("tr", Html.many(heads))), of("tbody", Html.many(rows)))
                                .is("report"))
                .is("scroll")
                .with("tabindex", "0")
                .with("role", "region")
                .with("aria-label", section.title());
    }

    private static Html align(Column column, Html.Element cell) {
        return switch (column.kind()) {
            case NUMBER, ENTRY -> cell.is("number");
            case TEXT, CODE, TIME, STATE, BAR -> cell;
        };
    }

    private static long most(Section section, int column) {
        return section.rows().stream()
                .mapToLong(row -> (Long) row.get(column))
                .max()
                .orElse(1);
    }

    private static Html bar(long count, long most) {
        return of("span", number(count), Chart.bar(count, most)).is("barred");
    }

    private static Html cell(Column column, Object value, boolean links) {
        String text = String.valueOf(value);
        if (text.isEmpty()) {
            return Html.none();
        }
        return switch (column.kind()) {
            case TEXT -> Html.text(text);
            case CODE -> of("code", text);
            case NUMBER, BAR -> value instanceof Long number ? number(number) : Html.text(text);
            case TIME -> Frame.time(text);
            case ENTRY -> value instanceof Long place ? entry(place, links) : Html.text(text);
            case STATE -> of("span", text).is("badge " + state(text));
        };
    }

    private static Html number(long number) {
        return number == 0 ? of("span", "0").is("quiet") : Html.text(Frame.number(number));
    }

    private static String state(String word) {
        return switch (word) {
            case "ok", "observed", "secured", "closed", "yes", "fresh", "under a key", "gone" -> "good";
            case "not observed",
                    "open",
                    "partly",
                    "to be judged",
                    "not known",
                    "stale",
                    "waits",
                    "coarser",
                    "in clear" -> "held";
            case "differs", "contradicts", "not declared", "other basis", "not secured", "new", "missing" -> "bad";
            default -> "plain";
        };
    }

    private static Html deadlines(List<Deadline> deadlines) {
        List<Html> rows = new ArrayList<>();
        for (Deadline deadline : deadlines) {
            String applies = deadline.applies();
            rows.add(of(
                    "tr",
                    of("th", of("span", deadline.term().clause())).with("scope", "row"),
                    of(
                            "td",
                            deadline.term().says(),
                            deadline.because().isEmpty()
                                    ? Html.none()
                                    : of("span", " " + deadline.because()).is("quiet")),
                    of(
                            "td",
                            deadline.ends() == null
                                    ? of("span", deadline.term().words()).is("quiet")
                                    : Frame.time(deadline.ends().toString())),
                    of(
                            "td",
                            applies.isEmpty()
                                    ? of("span", "to be judged").is("badge plain")
                                    : of("span", applies.equals("yes") ? "applies" : "does not apply")
                                            .is("badge " + (applies.equals("yes") ? "held" : "plain")))));
        }
        return Frame.section(
                "Deadlines",
                of(
                                "div",
                                of(
                                                "table",
                                                of(
                                                        "thead",
                                                        of(
                                                                "tr",
                                                                of("th", "Clause")
                                                                        .with("scope", "col"),
                                                                of("th", "What").with("scope", "col"),
                                                                of("th", "Until")
                                                                        .with("scope", "col"),
                                                                of("th", "Applies")
                                                                        .with("scope", "col"))),
                                                of("tbody", Html.many(rows)))
                                        .is("report"))
                        .is("scroll")
                        .with("tabindex", "0")
                        .with("role", "region")
                        .with("aria-label", "Deadlines"));
    }

    private static Html basis(Report report) {
        Report.Basis basis = report.basis();
        List<Html> clauses = new ArrayList<>();
        report.spec()
                .clauses()
                .forEach(clause -> clauses.add(of(
                        "li",
                        of("strong", clause.clause()),
                        of("span", " " + clause.says()).is("quiet"))));
        List<Html> limits = new ArrayList<>();
        report.spec().cannotTell().forEach(limit -> limits.add(of("li", limit)));
        return Html.many(List.of(
                Frame.section(
                        "Made from",
                        Frame.facts(
                                "Log",
                                of("code", basis.origin()).is("wrap"),
                                "Size",
                                Frame.number(basis.size()) + " entries, " + Frame.number(basis.read()) + " read",
                                "Root",
                                of("code", basis.root()).is("wrap"),
                                "Window",
                                of(
                                        "span",
                                        basis.from() == null
                                                ? Html.text("the log's begin")
                                                : Frame.time(basis.from().toString()),
                                        " to ",
                                        basis.until() == null
                                                ? Html.text("its end")
                                                : Frame.time(basis.until().toString()),
                                        " UTC"),
                                "Last entry",
                                basis.last() == null
                                        ? ""
                                        : Frame.time(basis.last().toString()),
                                "Asked",
                                report.asked().isEmpty() ? "" : asked(report))),
                of(
                                "div",
                                Frame.section(
                                        "What asks for it",
                                        of("ul", Html.many(clauses)).is("plain clauses")),
                                Frame.section(
                                        "What it cannot tell",
                                        of("ul", Html.many(limits)).is("plain clauses")))
                        .is("pair")));
    }

    private static Html asked(Report report) {
        List<Html> asked = new ArrayList<>();
        report.asked()
                .forEach((name, value) ->
                        asked.add(of("li", name + " ", of("code", value).is("wrap"))));
        return of("ul", Html.many(asked)).is("plain");
    }

    /** On paper, lines to sign on; on the screen, whose they are. */
    private static Html signature(List<String> signs) {
        List<Html> lines = new ArrayList<>();
        signs.forEach(who -> lines.add(of(
                "li",
                of("span", who).is("who-signs"),
                of("span", "name").is("rule"),
                of("span", "date").is("rule"),
                of("span", "signature").is("rule"))));
        return of(
                        "section",
                        of("h2", "To be signed by"),
                        of("ul", Html.many(lines)).is("plain signs"))
                .is("card signature");
    }
}
