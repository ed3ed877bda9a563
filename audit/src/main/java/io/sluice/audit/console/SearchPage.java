package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.query.QueryPage;
import io.sluice.core.rulebook.Rulebook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The search: a form, what it finds, and the way to take it along. Stateless. */
final class SearchPage {
    private static final String PATH = "/console/search";

    private SearchPage() {}

    static Html content(LogDesk desk, Map<String, String> parameters, QueryPage found, Optional<Rulebook> rulebook) {
        return Html.many(List.of(
                of("h1", "Search"),
                form(parameters, rulebook),
                of(
                        "section",
                        of("h2", "Entries"),
                        of("p", order(parameters), " of a log of " + Frame.number(found.logSize()))
                                .is("quiet"),
                        EntryList.list(desk, found),
                        EntryList.pages(PATH, parameters, found)),
                exports(parameters)));
    }

    private static String order(Map<String, String> parameters) {
        return "oldest".equals(parameters.get("order")) ? "The oldest first," : "The newest first,";
    }

    private static Html form(Map<String, String> given, Optional<Rulebook> rulebook) {
        return of(
                        "form",
                        choice(
                                given,
                                "recipient",
                                "Recipient",
                                ids(rulebook.map(book -> book.recipients().keySet()))),
                        choice(given, "disposition", "Disposition", List.of("release", "withhold", "quarantine")),
                        choice(
                                given,
                                "dataset",
                                "Dataset",
                                ids(rulebook.map(book -> book.datasets().keySet()))),
                        choice(
                                given,
                                "producer",
                                "Producer",
                                ids(rulebook.map(book -> book.producers().keySet()))),
                        field(given, "code", "Outcome, act or reason", "policy-activated"),
                        field(given, "revision", "Policy revision", "7"),
                        field(given, "rule", "Rule that decided", "no-consent"),
                        field(given, "subject", "Subject's reference", "s1_…"),
                        field(given, "id", "Entry's id", "events.ingress/1/0/42"),
                        field(given, "from", "From", "2026-03-01T00:00:00Z"),
                        field(given, "until", "Until", "2026-04-01T00:00:00Z"),
                        choice(given, "order", "Order", List.of("newest", "oldest")),
                        of(
                                        "div",
                                        of("button", "Search").with("type", "submit"),
                                        link(PATH, "Clear").is("button quiet"))
                                .is("act"))
                .with("action", PATH)
                .with("method", "get")
                .with("autocomplete", "off")
                .with("role", "search")
                .is("card search");
    }

    private static Collection<String> ids(Optional<Set<String>> known) {
        return known.orElse(Set.of());
    }

    /** A list to choose from; a field to type into where nothing is known. */
    static Html choice(Map<String, String> given, String name, String label, Collection<String> values) {
        return choice(given, name, label, values, "any");
    }

    /** The same. @param none what stands for no choice */
    static Html choice(Map<String, String> given, String name, String label, Collection<String> values, String none) {
        if (values.isEmpty()) {
            return field(given, name, label, "");
        }
        String chosen = given.getOrDefault(name, "");
        List<Html> options = new ArrayList<>();
        if (!name.equals("order")) {
            options.add(of("option", none).with("value", ""));
        }
        if (!chosen.isEmpty() && !values.contains(chosen)) { // of an older revision
            options.add(of("option", chosen).with("value", chosen).with("selected", ""));
        }
        for (String value : values) {
            Html.Element option = of("option", value).with("value", value);
            options.add(value.equals(chosen) ? option.with("selected", "") : option);
        }
        return labelled(
                name,
                label,
                of("select", Html.many(options)).with("id", "f-" + name).with("name", name));
    }

    static Html field(Map<String, String> given, String name, String label, String example) {
        return labelled(
                name,
                label,
                of("input")
                        .with("id", "f-" + name)
                        .with("name", name)
                        .with("type", "text")
                        .with("value", given.getOrDefault(name, ""))
                        .with("placeholder", example)
                        .with("maxlength", 200)
                        .with("spellcheck", "false"));
    }

    static Html labelled(String name, String label, Html control) {
        return of("div", of("label", label).with("for", "f-" + name), control).is("field");
    }

    private static Html exports(Map<String, String> parameters) {
        Map<String, String> filter = new TreeMap<>(parameters);
        filter.remove("at");
        filter.remove("order");
        return Frame.section(
                "Take it along",
                of(
                        "p",
                        "All that this search finds: ",
                        link(Addresses.with("/api/v1/exports/entries.ndjson", filter), "NDJSON"),
                        ", each line an entry as it stands in the log, or ",
                        link(Addresses.with("/api/v1/exports/entries.csv", filter), "CSV"),
                        " for a spreadsheet, or as events: ",
                        link(Addresses.with("/api/v1/exports/audit-events.ndjson", filter), "FHIR AuditEvent"),
                        ", ",
                        link(Addresses.with("/api/v1/exports/ocsf.ndjson", filter), "OCSF"),
                        ". To hand over: an ",
                        link(Addresses.with("/api/v1/exports/evidence.zip", filter), "evidence pack"),
                        ", each entry with its proof and the policy that it cites, and a verifier that needs no server. An"
                                + " export is told in the entry of your reading."));
    }
}
