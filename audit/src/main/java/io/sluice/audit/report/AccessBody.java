package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.rulebook.DataClass;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.core.rulebook.Purpose;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a subject may know of the processing of their data (GDPR Art. 15(1) and (2)). */
final class AccessBody implements Body {
    private final PolicyAtHand policies;
    private final Flows flows;
    private final Parties parties;
    private final Beside beside = new Beside();
    private final SortedMap<Source, Times> sources = new TreeMap<>(Comparator.comparing(Source::toString));
    private final SortedMap<Decision, Times> decisions = new TreeMap<>(Comparator.comparing(Decision::toString));
    private final SortedMap<String, Long> released = new TreeMap<>();
    private final SortedMap<String, Long> notReleased = new TreeMap<>();
    private final SortedMap<String, String> lastBundle = new TreeMap<>();
    private final SortedMap<String, Times> choices = new TreeMap<>();
    private final SortedMap<String, Times> revealed = new TreeMap<>();

    private record Source(String producer, String dataset, String controller, String purpose) {}

    private record Decision(String recipient, String disposition, String rule, String clause) {}

    AccessBody(PolicyAtHand policies) {
        this.policies = policies;
        this.flows = new Flows(policies);
        this.parties = new Parties(policies);
    }

    @Override
    public void take(long place, JsonNode entry) {
        switch (entry.path("type").asText()) {
            case AuditEntry.RECORD -> record(place, entry);
            case AuditEntry.CHOICE -> {
                JsonNode choice = entry.path("choice");
                TreeSet<String> purposes = new TreeSet<>();
                choice.path("purposes").forEach(purpose -> purposes.add(purpose.asText()));
                choices.computeIfAbsent(
                                choice.path("kind").asText("") + " " + String.join(", ", purposes),
                                unused -> new Times())
                        .add(place, entry);
            }
            default -> {
                if (entry.path("code").asText().equals("value-revealed")) {
                    revealed.computeIfAbsent(
                                    entry.path("actor").asText("") + " for "
                                            + entry.path("detail")
                                                    .path("legal")
                                                    .path("purpose")
                                                    .asText(entry.path("detail")
                                                            .path("input")
                                                            .path("purpose")
                                                            .asText("?")),
                                    unused -> new Times())
                            .add(place, entry);
                }
            }
        }
    }

    private void record(long place, JsonNode entry) {
        String bundle = entry.path("policy").path("bundle").asText("");
        String dataset = entry.path("dataset").asText("");
        if (beside.isRecord(place, entry)) {
            sources.computeIfAbsent(
                            new Source(
                                    entry.path("producer").asText(""),
                                    dataset,
                                    entry.path("controller").asText(""),
                                    entry.path("purpose").asText("")),
                            unused -> new Times())
                    .add(place, entry);
        }
        if (!bundle.isEmpty()) {
            lastBundle.put(dataset, bundle);
        }
        for (JsonNode recipient : entry.path("recipients")) {
            String id = recipient.path("id").asText("");
            String disposition = recipient.path("disposition").asText("");
            parties.seen(id, bundle);
            boolean out = disposition.equals("release");
            (out ? released : notReleased).merge(id, 1L, Long::sum);
            if (out) {
                flows.take(place, entry, recipient);
            }
            JsonNode reason = recipient.path("reasons").path(0);
            decisions
                    .computeIfAbsent(
                            new Decision(
                                    id,
                                    disposition,
                                    reason.path("rule")
                                            .asText(recipient.path("code").asText("")),
                                    reason.path("clause").asText("")),
                            unused -> new Times())
                    .add(place, entry);
        }
    }

    @Override
    public void write(Draft draft) {
        purposes(draft);
        categories(draft);
        recipients(draft);
        retention(draft);
        sources(draft);
        beside.write(draft);
        decisions(draft);
        times(draft, "choices", "Choices of this person", "What the person allowed, refused or objected to.", choices);
        times(
                draft,
                "revealed",
                "Values that were shown",
                "Callers who had a protected value of this person shown.",
                revealed);
        flows.tellWhatIsNotKept(draft);
    }

    private void purposes(Draft draft) {
        SortedMap<String, Long> counts = new TreeMap<>();
        SortedMap<String, Flows.Key> keys = new TreeMap<>();
        flows.all().forEach((key, flow) -> {
            String purpose = key.legal("purpose") + " " + key.ground();
            counts.merge(purpose, flow.times().count(), Long::sum);
            keys.put(purpose, key);
        });
        Draft.Table table = draft.table("purposes", "Purposes (a)", "Each with the ground that its entries name.")
                .column("purpose", "Purpose", Kind.CODE)
                .column("dpv", "DPV term", Kind.CODE)
                .column("ground", "Legal ground", Kind.TEXT)
                .column("views", "Views", Kind.NUMBER);
        counts.forEach((purpose, count) -> {
            Flows.Key key = keys.get(purpose);
            if (key != null) {
                String dpv = policies.rulebook(key.bundle())
                        .map(declared -> declared.rulebook().purposes().get(key.legal("purpose")))
                        .map(Purpose::dpv)
                        .orElse("");
                table.row(key.legal("purpose"), dpv, key.ground(), count);
            }
        });
    }

    private void categories(Draft draft) {
        SortedMap<String, Categories.Category> all = Categories.of(flows);
        Draft.Table table = draft.table(
                        "categories",
                        "Categories of data (b)",
                        "Fields of views that went out, counted by what was done to them.")
                .column("category", "Category", Kind.CODE)
                .column("kind", "Kind", Kind.TEXT)
                .column("law", "Law", Kind.TEXT)
                .column("clear", "In clear", Kind.NUMBER)
                .column("coarser", "Coarser", Kind.NUMBER)
                .column("keyed", "Under a key", Kind.NUMBER)
                .column("gone", "Gone", Kind.NUMBER);
        all.forEach((id, category) -> {
            DataClass known = category.known();
            table.row(
                    id,
                    known == null ? "" : known.kind().code(),
                    known == null || known.gdpr() == null ? "" : known.gdpr(),
                    category.count(Treatment.CLEAR),
                    category.count(Treatment.COARSER),
                    category.count(Treatment.KEYED),
                    category.count(Treatment.GONE));
        });
    }

    private void recipients(Draft draft) {
        Draft.Table table = draft.table(
                        "recipients",
                        "Recipients (c), and safeguards of transfers (Art. 15(2))",
                        "Who could have got something; who got nothing is listed too.")
                .column("recipient", "Recipient", Kind.CODE)
                .column("name", "Name", Kind.TEXT)
                .column("country", "Country", Kind.CODE)
                .column("role", "Role", Kind.TEXT)
                .column("safeguard", "Contract, transfer tool", Kind.TEXT)
                .column("released", "Views", Kind.NUMBER)
                .column("kept", "Nothing released", Kind.NUMBER);
        for (String id : parties.ids()) {
            Parties.Party party = parties.of(id);
            table.row(
                    id,
                    party.name(),
                    party.country(),
                    party.role(),
                    party.safeguard(),
                    released.getOrDefault(id, 0L),
                    notReleased.getOrDefault(id, 0L));
        }
    }

    private void retention(Draft draft) {
        Draft.Table table = draft.table(
                        "retention", "How long it is kept (d)", "What was released, by the rulebook that decided last.")
                .column("dataset", "Dataset", Kind.CODE)
                .column("days", "Days", Kind.NUMBER);
        lastBundle.forEach((dataset, bundle) -> {
            Dataset known = policies.rulebook(bundle)
                    .map(declared -> declared.rulebook().datasets().get(dataset))
                    .orElse(null);
            table.row(dataset, known == null ? "" : (Object) (long) known.retentionDays());
        });
    }

    private void sources(Draft draft) {
        Draft.Table table = draft.table("sources", "Where it came from (g)", "")
                .column("producer", "Producer", Kind.CODE)
                .column("organisation", "Organisation", Kind.TEXT)
                .column("dataset", "Dataset", Kind.CODE)
                .column("controller", "Controller", Kind.CODE)
                .column("purpose", "Collected for", Kind.CODE)
                .column("records", "Records", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME);
        for (Map.Entry<Source, Times> one : sources.entrySet()) {
            Source source = one.getKey();
            Times times = one.getValue();
            String organisation = policies.rulebook(lastBundle.getOrDefault(source.dataset(), ""))
                    .map(declared -> declared.rulebook().producers().get(source.producer()))
                    .map(Producer::org)
                    .orElse("");
            table.row(
                    source.producer(),
                    organisation,
                    source.dataset(),
                    source.controller(),
                    source.purpose(),
                    times.count(),
                    times.first(),
                    times.last());
        }
    }

    private void decisions(Draft draft) {
        Draft.Table table = draft.table(
                        "decisions",
                        "How it was decided (h)",
                        "Rules decide by dataset, purpose, region and choices alone, about what is disclosed; nothing is decided"
                                + " about the person.")
                .column("recipient", "Recipient", Kind.CODE)
                .column("disposition", "Disposition", Kind.TEXT)
                .column("rule", "By rule", Kind.CODE)
                .column("clause", "Clause", Kind.TEXT)
                .column("records", "Records", Kind.NUMBER)
                .column("entry", "First entry", Kind.ENTRY);
        decisions.forEach((decision, times) -> table.row(
                decision.recipient(),
                decision.disposition(),
                decision.rule(),
                decision.clause(),
                times.count(),
                times.place()));
    }

    private static void times(Draft draft, String id, String title, String note, SortedMap<String, Times> all) {
        Draft.Table table = draft.table(id, title, note)
                .column("what", "What", Kind.TEXT)
                .column("count", "Times", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME)
                .column("entry", "First entry", Kind.ENTRY);
        all.forEach((what, times) -> table.row(what, times.count(), times.first(), times.last(), times.place()));
    }
}
