package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.query.Tallies;
import io.sluice.audit.report.ReviewCadence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What there is, at a glance. */
final class OverviewPage {
    private static final int BARS = 48;
    private static final List<Duration> SPANS = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(1));

    private final LogDesk desk;

    OverviewPage(LogDesk desk) {
        this.desk = desk;
    }

    /** @param live what changes while one looks */
    Html content(Html live, Instant now) {
        Tallies.Totals totals = desk.totals();
        return Html.many(List.of(
                of("h1", "Overview"),
                tiles(totals, desk.checkpoint()),
                of("div", live).is("live").with("id", "live").with("data-live", LivePart.PATH),
                desk.cadence().map(cadence -> review(cadence, now)).orElseGet(Html::none),
                recipients(totals.recipients()),
                activity(totals),
                acts(totals.codes())));
    }

    private static Html review(ReviewCadence cadence, Instant now) {
        boolean late = cadence.overdue(now);
        Html.Element section = Frame.section(
                late ? "The review of activity is overdue" : "Review of activity",
                of(
                        "p",
                        cadence.last()
                                .map(last -> (Html)
                                        of("span", "The last signed one was entered at ", Frame.time(last.toString())))
                                .orElseGet(() -> Html.text("None was signed and entered yet")),
                        late ? "; the next one was due by " : "; the next one is due by ",
                        Frame.time(cadence.due().toString()),
                        " (45 CFR 164.308(a)(1)(ii)(D)). ",
                        link(ReportPages.PATH + "/activity", "What there is to review"),
                        ", then ",
                        of("code", "./sluice audit review --sign"),
                        "."));
        return late ? section.is("card alarm") : section;
    }

    private static Html tiles(Tallies.Totals totals, Checkpoint checkpoint) {
        SortedMap<String, Long> codes = totals.codes();
        return of(
                        "div",
                        tile("Entries", checkpoint.size(), "/console/search"),
                        tile("Records decided", codes.getOrDefault("decided", 0L), Addresses.search("code", "decided")),
                        tile(
                                "Quarantined for all",
                                codes.getOrDefault("quarantined", 0L),
                                Addresses.search("code", "quarantined")),
                        tile("Duplicates", codes.getOrDefault("duplicate", 0L), Addresses.search("code", "duplicate")))
                .is("tiles");
    }

    private static Html tile(String name, long count, String path) {
        return link(
                        path,
                        of("span", Frame.number(count)).is("figure"),
                        of("span", name).is("quiet"))
                .is("tile");
    }

    private static Html recipients(SortedMap<String, SortedMap<String, Long>> recipients) {
        if (recipients.isEmpty()) {
            return Frame.section(
                    "Recipients", of("p", "Nothing was decided yet.").is("empty"));
        }
        List<Html> rows = new ArrayList<>();
        recipients.forEach((id, counts) -> rows.add(of(
                "tr",
                of("th", link(Addresses.search("recipient", id), id)).with("scope", "row"),
                count(id, counts, "release"),
                count(id, counts, "withhold"),
                count(id, counts, "quarantine"),
                of(
                                "td",
                                Chart.shares(
                                        counts.getOrDefault("release", 0L),
                                        counts.getOrDefault("withhold", 0L),
                                        counts.getOrDefault("quarantine", 0L)))
                        .is("wide"))));
        return Frame.section(
                "Recipients",
                of(
                                "div",
                                of(
                                        "table",
                                        of(
                                                "thead",
                                                of(
                                                        "tr",
                                                        column("Recipient"),
                                                        column("Released").is("number"),
                                                        column("Withheld").is("number"),
                                                        column("Quarantined").is("number"),
                                                        column("Share").is("wide"))),
                                        of("tbody", Html.many(rows))))
                        .is("scroll"));
    }

    private static Html.Element column(String name) {
        return of("th", name).with("scope", "col");
    }

    private static Html count(String recipient, Map<String, Long> counts, String disposition) {
        long count = counts.getOrDefault(disposition, 0L);
        Map<String, String> search =
                new java.util.TreeMap<>(Map.of("recipient", recipient, "disposition", disposition));
        Object shown = count == 0
                ? of("span", "0").is("quiet")
                : link(Addresses.with("/console/search", search), Frame.number(count));
        return of("td", shown).is("number");
    }

    private Html activity(Tallies.Totals totals) {
        if (totals.last().equals(Instant.EPOCH)) {
            return Frame.section(
                    "Records over time", of("p", "Nothing was decided yet.").is("empty"));
        }
        Duration whole = Duration.between(totals.first(), totals.last());
        Duration span = SPANS.stream()
                .filter(length -> length.multipliedBy(BARS - 1L).compareTo(whole) >= 0)
                .findFirst()
                .orElse(SPANS.get(SPANS.size() - 1));
        long length = span.toSeconds();
        Instant end = Instant.ofEpochSecond((totals.last().getEpochSecond() / length + 1) * length);
        Instant start = end.minus(span.multipliedBy(BARS));
        List<Long> counts = desk.records(start, span, BARS);
        return Frame.section(
                "Records over time",
                Chart.bars(counts, "Records of each of " + BARS + " spans, the last one at the right"),
                of(
                                "p",
                                Frame.time(start.toString()),
                                of(
                                        "span",
                                        "each bar " + words(span) + ", "
                                                + Frame.number(java.util.Collections.max(counts)) + " at most"),
                                Frame.time(end.toString()))
                        .is("axis"));
    }

    private static String words(Duration span) {
        if (span.toDays() > 0) {
            return "a day";
        }
        return span.toHours() > 0
                ? plural(span.toHours(), "hour")
                : span.toMinutes() > 0 ? plural(span.toMinutes(), "minute") : plural(span.toSeconds(), "second");
    }

    static String plural(long count, String unit) {
        return count == 1 ? "one " + unit : count + " " + unit + "s";
    }

    private static Html acts(SortedMap<String, Long> codes) {
        List<Html> items = new ArrayList<>();
        codes.forEach((code, count) -> items.add(of(
                "li",
                link(Addresses.search("code", code), code),
                " ",
                of("span", Frame.number(count)).is("quiet"))));
        return Frame.section(
                "Entries by outcome and act", of("ul", Html.many(items)).is("chips"));
    }
}
