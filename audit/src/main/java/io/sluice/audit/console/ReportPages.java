package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.report.Parameter;
import io.sluice.audit.report.ReportSpec;
import io.sluice.core.rulebook.Rulebook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The list of the reports, and what is around each: its form, and the ways to take it along. Stateless. */
final class ReportPages {
    static final String PATH = "/console/reports";

    private ReportPages() {}

    static Html list() {
        List<Html> cards = new ArrayList<>();
        for (ReportSpec spec : ReportSpec.all()) {
            cards.add(link(
                            PATH + "/" + spec.name(),
                            of("span", spec.title()).is("report-name"),
                            of("span", spec.answers()).is("quiet"),
                            of("span", spec.clauses().get(0).clause()).is("badge plain"))
                    .is("tile"));
        }
        return Html.many(List.of(
                of("h1", "Reports"),
                of(
                                "p",
                                "What the log says of a duty of the law. Each names its clauses and deadlines, the log it was"
                                        + " made from, and what it cannot tell; the same question to the same log gives the"
                                        + " same report.")
                        .is("lead"),
                of("div", Html.many(cards)).is("tiles reports")));
    }

    /** Instead of a report for which something is still to be said. */
    static Html unasked(ReportSpec spec) {
        return Frame.section(
                "What it needs",
                of(
                        "p",
                        spec.needs().contains(Parameter.SUBJECT)
                                ? "A subject, by its reference. ./sluice subject status tells the reference of an id;"
                                        + " ids are no part of addresses, which end in histories."
                                : spec.needs().contains(Parameter.RECIPIENT)
                                        ? "A recipient, by its id in the rulebook."
                                        : "The time from which the window counts."));
    }

    /** The page of a report. @param made whether one was made */
    static Html with(
            ReportSpec spec, Map<String, String> given, Optional<Rulebook> rulebook, Html shown, boolean made) {
        List<Html> parts = new ArrayList<>(List.of(
                of("p", link(PATH, "All reports")).is("crumbs"),
                of("h1", spec.title()),
                of("p", spec.answers()).is("lead"),
                form(spec, given, rulebook),
                shown));
        if (made) {
            parts.add(along(spec, given));
        }
        return Html.many(parts);
    }

    private static Html along(ReportSpec spec, Map<String, String> given) {
        Map<String, String> same = new TreeMap<>(given);
        return Frame.section(
                        "Take it along",
                        of(
                                "p",
                                "This page prints. ",
                                link(Addresses.with(PATH + "/" + spec.name() + "/document", same), "A file of its own"),
                                " that prints too, or ",
                                link(Addresses.with("/api/v1/reports/" + spec.name(), same), "JSON"),
                                " for programs."))
                .is("card along");
    }

    private static Html form(ReportSpec spec, Map<String, String> given, Optional<Rulebook> rulebook) {
        Set<Parameter> all = EnumSet.noneOf(Parameter.class);
        all.addAll(spec.needs());
        all.addAll(spec.takes());
        List<Html> fields = new ArrayList<>();
        for (Parameter parameter : all) {
            String needed = spec.needs().contains(parameter) ? " (needed)" : "";
            fields.add(
                    switch (parameter) {
                        case SUBJECT -> field(given, parameter, "Subject's reference" + needed, "s1_…");
                        case DATASET -> choice(given, parameter, "Dataset" + needed, ids(rulebook, Rulebook::datasets));
                        case RECIPIENT ->
                            choice(given, parameter, "Recipient" + needed, ids(rulebook, Rulebook::recipients));
                        case FROM -> field(given, parameter, "From" + needed, "2026-03-01T00:00:00Z");
                        case UNTIL -> field(given, parameter, "Until" + needed, "2026-04-01T00:00:00Z");
                        case BASELINE ->
                            field(given, parameter, "Compared with the time since" + needed, "2026-02-01T00:00:00Z");
                        case CLOCK ->
                            field(
                                    given,
                                    parameter,
                                    (spec.terms().isEmpty() ? "As of" : "Deadlines count from") + needed,
                                    "2026-03-01T12:00:00Z");
                    });
        }
        fields.add(of("div", of("button", "Make the report").with("type", "submit"))
                .is("act"));
        return of("form", Html.many(fields))
                .with("action", PATH + "/" + spec.name())
                .with("method", "get")
                .with("autocomplete", "off")
                .is("card search");
    }

    private static Collection<String> ids(
            Optional<Rulebook> rulebook, java.util.function.Function<Rulebook, ? extends Map<String, ?>> of) {
        return rulebook.map(book -> of.apply(book).keySet()).orElse(Set.of());
    }

    private static Html field(Map<String, String> given, Parameter parameter, String label, String example) {
        return SearchPage.field(given, parameter.code(), label, example);
    }

    private static Html choice(
            Map<String, String> given, Parameter parameter, String label, Collection<String> values) {
        return SearchPage.choice(given, parameter.code(), label, values);
    }
}
