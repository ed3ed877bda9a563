package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.query.QueryPage;
import io.sluice.audit.query.RecordExplanation.RecipientView;
import java.util.ArrayList;
import java.util.List;

/** One entry: what it means, what was decided, how it is proved, and its bytes. Stateless. */
final class EntryPage {
    private static final JsonMapper MAPPER = new JsonMapper();

    private EntryPage() {}

    static Html content(LogDesk desk, QueryPage.Found found) {
        JsonNode entry = found.entry();
        List<Html> parts = new ArrayList<>();
        parts.add(of("p", neighbours(desk, found)).is("crumbs"));
        parts.add(of("h1", "Entry " + Frame.number(found.index())));
        parts.add(of("p", desk.sentence(found)).is("lead"));
        parts.add(facts(entry));
        List<RecipientView> views = desk.views(found);
        if (!views.isEmpty()) {
            parts.add(decision(entry, views));
        }
        parts.add(proof(found));
        parts.add(of("details", of("summary", "The entry as it stands in the log"), of("pre", pretty(entry)))
                .is("card"));
        return Html.many(parts);
    }

    private static Html neighbours(LogDesk desk, QueryPage.Found found) {
        List<Html> links = new ArrayList<>(List.of(link("/console/search", "Search")));
        if (found.index() > 0) {
            links.add(
                    link(Addresses.entry(found.index() - 1), "← the one before").with("rel", "prev"));
        }
        if (found.index() + 1 < desk.checkpoint().size()) {
            links.add(link(Addresses.entry(found.index() + 1), "the next one →").with("rel", "next"));
        }
        return Html.many(links);
    }

    private static Html facts(JsonNode entry) {
        String subject = entry.path("subject").path("ref").asText("");
        JsonNode outcome = entry.path("outcome");
        String word = outcome.path("code").asText(entry.path("code").asText(""));
        JsonNode policy = entry.path("policy");
        return Frame.section(
                "What it says",
                Frame.facts(
                        "Id",
                        Frame.copied(entry.path("id").asText("?")),
                        "Outcome",
                        of(
                                "span",
                                Frame.badge(word),
                                " ",
                                outcome.path("reason").asText("")),
                        "Occurred",
                        time(entry, "time"),
                        "Recorded",
                        time(entry, "recorded"),
                        "Dataset",
                        found("dataset", entry),
                        "Producer",
                        found("producer", entry),
                        "Purpose",
                        entry.path("purpose").asText(""),
                        "Subject",
                        subject.isEmpty() ? "" : link(Addresses.subject(subject), subject),
                        "Actor",
                        entry.path("actor").asText(""),
                        "Written by",
                        entry.path("writer").asText(""),
                        "Policy",
                        policy.isMissingNode()
                                ? ""
                                : "revision " + policy.path("revision").asText("?") + ", activation "
                                        + policy.path("activation").asText("?")));
    }

    private static Object time(JsonNode entry, String name) {
        return entry.has(name) ? Frame.time(entry.path(name).asText()) : "";
    }

    private static Object found(String name, JsonNode entry) {
        String value = entry.path(name).asText("");
        return value.isEmpty() ? "" : link(Addresses.search(name, value), value);
    }

    private static Html decision(JsonNode entry, List<RecipientView> views) {
        List<Html> rows = new ArrayList<>();
        for (RecipientView view : views) {
            rows.add(of(
                    "tr",
                    of("th", view.recipient()).with("scope", "row"),
                    of("td", Frame.badge(view.disposition())),
                    of("td", RecordPage.reasons(view)),
                    of("td", RecordPage.ground(view))));
        }
        return Frame.section(
                "The decision, recipient by recipient",
                of(
                                "div",
                                of(
                                                "table",
                                                of(
                                                        "thead",
                                                        of(
                                                                "tr",
                                                                column("Recipient"),
                                                                column("Outcome"),
                                                                column("Rules"),
                                                                column("Ground"))),
                                                of("tbody", Html.many(rows)))
                                        .is("stacked"))
                        .is("scroll"),
                Addresses.record(entry)
                        .<Html>map(path -> of("p", link(path, "Field by field: what each recipient got, and why")))
                        .orElseGet(Html::none));
    }

    private static Html column(String name) {
        return of("th", name).with("scope", "col");
    }

    private static Html proof(QueryPage.Found found) {
        return Frame.section(
                "Proof",
                Frame.facts(
                        "Leaf hash", Frame.copied(TreeHashes.leaf(found.bytes()).toBase64())),
                of(
                        "p",
                        link("/api/v1/entries/" + found.index() + "/proof", "The inclusion proof")
                                .with("download", ""),
                        " (C2SP tlog-proof) needs no server: it holds the path from this leaf to the signed root."));
    }

    private static String pretty(JsonNode entry) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree always has a JSON form", e);
        }
    }
}
