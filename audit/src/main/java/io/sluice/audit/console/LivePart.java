package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.Tallies.Flow;
import io.sluice.policies.evaluate.ActivePolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The part of the overview that changes while one looks: what was decided in the last hour, how far behind what is shown is,
 * what the last verification said, which policy is in force. It asks for the last hour alone, whatever the log's length.
 * Stateless.
 */
final class LivePart {
    /** Where the part alone is. */
    static final String PATH = "/console/live";

    private static final int MINUTES = LiveFigures.MINUTES;

    private LivePart() {}

    static Html content(
            LiveFigures.Figures figures,
            RollingVerification rolling,
            Optional<ActivePolicy> policy,
            OptionalLong waiting,
            Instant now) {
        return Html.many(List.of(
                lastHour(figures.flow(), figures.end()),
                of(
                                "div",
                                lag(figures, waiting, now),
                                Frame.section(
                                        "Verification",
                                        VerdictList.brief(rolling),
                                        of(
                                                "p",
                                                link(
                                                        "/console/integrity",
                                                        "What it means, and how to check it yourself"))),
                                inForce(policy))
                        .is("pair")));
    }

    private static Html lastHour(List<Flow> flow, Instant end) {
        long records = flow.stream().mapToLong(Flow::records).sum();
        long most = flow.stream().mapToLong(Flow::views).max().orElse(0);
        if (records == 0) {
            return Frame.section(
                    "The last hour",
                    of("p", "Nothing was decided in the last hour.").is("empty"));
        }
        Flow minute = flow.get(flow.size() - 2); // the last whole one
        return Frame.section(
                "The last hour",
                of(
                                "p",
                                of("strong", Frame.number(minute.records())),
                                minute.records() == 1 ? " record" : " records",
                                " decided in the last whole minute, ",
                                of("strong", Frame.number(records)),
                                " in the hour")
                        .is("counted"),
                Chart.stacked(flow, told(flow)),
                of(
                                "p",
                                Frame.time(
                                        end.minus(MINUTES, ChronoUnit.MINUTES).toString()),
                                of("span", "views by minute, " + Frame.number(most) + " at most"),
                                Frame.time(end.toString()))
                        .is("axis"),
                of(
                                "ul",
                                key(
                                        "good",
                                        "released",
                                        flow.stream().mapToLong(Flow::released).sum()),
                                key(
                                        "held",
                                        "withheld",
                                        flow.stream().mapToLong(Flow::withheld).sum()),
                                key(
                                        "bad",
                                        "quarantined",
                                        flow.stream()
                                                .mapToLong(Flow::quarantined)
                                                .sum()))
                        .is("legend"));
    }

    private static String told(List<Flow> flow) {
        return "Views of each of the last " + MINUTES + " minutes: "
                + flow.stream().mapToLong(Flow::released).sum() + " released, "
                + flow.stream().mapToLong(Flow::withheld).sum() + " withheld, "
                + flow.stream().mapToLong(Flow::quarantined).sum() + " quarantined";
    }

    private static Html key(String kind, String name, long count) {
        return of(
                "li",
                of("span").is("swatch " + kind).with("aria-hidden", "true"),
                " " + name + " ",
                of("strong", Frame.number(count)));
    }

    /** The topic's end is the log builder's to know: it is told where that runs in this process. */
    private static Html lag(LiveFigures.Figures figures, OptionalLong waiting, Instant now) {
        Optional<QueryPage.Found> heartbeat = figures.heartbeat();
        long size = figures.checkpoint().size();
        long behind = figures.behind();
        List<Object> facts = new ArrayList<>(List.of(
                "Signed size",
                Frame.number(size) + " entries",
                "Not shown yet",
                behind == 0 ? "nothing; the index is at the signed size" : Frame.number(behind) + " entries"));
        waiting.ifPresent(count -> {
            facts.add("Not in the log yet");
            facts.add(count == 0 ? "nothing" : Frame.number(count) + " of audit.entries");
        });
        figures.record().ifPresent(found -> {
            facts.add("Newest record");
            facts.add(of(
                    "span",
                    "received " + ago(found, now) + ", ",
                    link(Addresses.entry(found.index()), "entry " + Frame.number(found.index()))));
        });
        facts.add("Heartbeat");
        facts.add(heartbeat
                .map(found -> (Html) of(
                        "span",
                        ago(found, now) + ", up to ",
                        link(Addresses.entry(found.index()), "entry " + Frame.number(found.index())),
                        "; " + Frame.number(Math.max(0, size - 1 - found.index())) + " since"))
                .orElseGet(() -> Html.text("none yet")));
        heartbeat.ifPresent(found -> {
            List<Html> positions = new ArrayList<>();
            found.entry()
                    .at("/detail/last")
                    .properties()
                    .forEach(last -> positions.add(of(
                            "li",
                            of("code", last.getKey()),
                            " at " + Frame.number(last.getValue().asLong()))));
            if (!positions.isEmpty()) {
                facts.add("Frontier");
                facts.add(of("ul", Html.many(positions)).is("plain"));
            }
        });
        return Frame.section("How far it is", Frame.facts(facts.toArray()).is("facts one"));
    }

    private static String ago(QueryPage.Found found, Instant now) {
        try {
            Duration since =
                    Duration.between(Instant.parse(found.entry().path("time").asText("")), now);
            if (since.isNegative()) {
                return "just now";
            }
            return since.toDays() > 0
                    ? OverviewPage.plural(since.toDays(), "day") + " ago"
                    : since.toHours() > 0
                            ? OverviewPage.plural(since.toHours(), "hour") + " ago"
                            : since.toMinutes() > 0
                                    ? OverviewPage.plural(since.toMinutes(), "minute") + " ago"
                                    : since.toSeconds() + " s ago";
        } catch (java.time.DateTimeException e) {
            return "at no time";
        }
    }

    private static Html inForce(Optional<ActivePolicy> policy) {
        return Frame.section(
                "Policy in force",
                policy.map(active -> (Html) Frame.facts(
                                        "Revision",
                                        link(
                                                PolicyForm.MATRIX,
                                                Frame.number(active.bundle().revision())),
                                        "Activation",
                                        Frame.number(active.number()),
                                        "Ends",
                                        Frame.time(active.bundle()
                                                .metadata()
                                                .expires()
                                                .toString()),
                                        "Bundle",
                                        of("code", active.bundle().digest().substring(0, 16) + "…"))
                                .is("facts one"))
                        .orElseGet(() -> of("p", "None is known here now.").is("empty")),
                of("p", link(Addresses.search("code", "policy-activated"), "Who put which revision in force")));
    }
}
