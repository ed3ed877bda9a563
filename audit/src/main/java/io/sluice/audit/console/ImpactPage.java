package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.policies.impact.ImpactReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What another revision would have decided about the records that came: the page of {@code policy impact}. Stateless. */
final class ImpactPage {
    private ImpactPage() {}

    /** @param report empty where no window was named yet */
    static Html content(
            List<Revision> revisions,
            Revision before,
            Revision after,
            Map<String, String> given,
            Optional<ImpactReport> report) {
        List<Html> parts = new ArrayList<>(List.of(
                of("h1", "Impact"),
                PolicyForm.tabs(PolicyForm.IMPACT),
                of(
                                "p",
                                "What ",
                                after.named(),
                                " would have decided otherwise than ",
                                before.named(),
                                " about the records of a window of the log.")
                        .is("lead"),
                PolicyForm.form(
                        PolicyForm.IMPACT,
                        "Count",
                        PolicyForm.revisions("before", "Before", revisions, before),
                        PolicyForm.revisions("after", "After", revisions, after),
                        SearchPage.field(given, "from", "Records from", "2026-03-01T00:00:00Z"),
                        SearchPage.field(given, "until", "Until", "2026-04-01T00:00:00Z"))));
        if (before.equals(after)) {
            parts.add(Frame.section(
                    "Nothing to compare",
                    of("p", "It is the same revision twice. Choose another one.")
                            .is("empty")));
        } else {
            report.ifPresent(found -> found(parts, found));
        }
        parts.add(basis());
        return Html.many(parts);
    }

    private static void found(List<Html> parts, ImpactReport report) {
        parts.add(of(
                        "div",
                        ViewChanges.tile(
                                Frame.number(report.changedRecords()),
                                "of " + Frame.number(report.records()) + " records with another view"),
                        ViewChanges.tile(
                                Frame.number(report.changedSubjects()),
                                "of " + Frame.number(report.subjects()) + " subjects with such a record"),
                        ViewChanges.tile(Frame.number(report.inputs()), "different questions, each asked twice"))
                .is("tiles"));
        if (report.unreadable() > 0) {
            parts.add(Frame.section(
                    "Not counted",
                    of(
                            "p",
                            Frame.number(report.unreadable())
                                    + " questions of an older version, which cannot be asked again.")));
        }
        if (report.records() == 0) {
            parts.add(Frame.section(
                    "No record", of("p", "Nothing was decided in this window.").is("empty")));
        } else if (report.views().isEmpty()) {
            parts.add(Frame.section(
                    "No change",
                    of("p", "All of them would have been decided as under the other revision.")
                            .is("empty")));
        }
        for (ImpactReport.ViewImpact view : report.views()) {
            List<Object> content = new ArrayList<>();
            content.add(of(
                            "p",
                            of("strong", Frame.number(view.records())),
                            view.records() == 1 ? " record of " : " records of ",
                            of("strong", Frame.number(view.subjects())),
                            view.subjects() == 1 ? " subject" : " subjects")
                    .is("counted"));
            content.addAll(ViewChanges.told(view.diff()));
            parts.add(Frame.section(view.dataset() + " for " + view.recipient(), content.toArray()));
        }
    }

    /** What such a count rests on, and what it cannot know. */
    private static Html basis() {
        return Frame.section(
                "What is counted",
                of(
                        "p",
                        "The entry of each decided record holds what the policy was asked about it: dataset, producer,"
                                + " purpose, region, coded attributes, what the subject had chosen; no value and no id. Each"
                                + " different question of the window was asked again of both revisions, here and now, with the"
                                + " day that it had then. Nothing is opened, nothing is released, and no key is needed."),
                of(
                                "p",
                                "So it tells which fields would have been open to whom, not which of them a record really"
                                        + " had: payloads are sealed, and this server cannot read them. Records that never"
                                        + " came to a decision are not counted. On the command line: ./sluice policy impact")
                        .is("quiet"));
    }
}
