package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.rulebook.Purpose;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which views of a person exist and where, and which of them rest on consent or contract (GDPR Art. 20(1)(a)). */
final class PortabilityBody implements Body {
    private final PolicyAtHand policies;
    private final Beside beside = new Beside();
    private final SortedMap<Collected, Times> collected = new TreeMap<>(Comparator.comparing(Collected::toString));
    private final SortedMap<Held, Times> held = new TreeMap<>(Comparator.comparing(Held::toString));
    private final List<List<Object>> views = new ArrayList<>();
    private long more;

    private record Collected(String producer, String dataset, String purpose, Basis basis) {}

    /** The ground of a purpose, and whether Art. 20(1)(a) names it: consent of Art. 6 or 9, or contract. */
    private record Basis(String words, String covered) {
        private static final Set<String> NAMED = Set.of("A6-1-a", "A6-1-b", "A9-2-a");
        private static final Basis NOT_UNDER_GDPR = new Basis("not under GDPR", "no");
        private static final Basis NOT_KEPT = new Basis("not known: the bundle is not kept", "to be judged");
        private static final Basis NONE = new Basis("the purpose names none", "to be judged");

        static Basis of(@Nullable Purpose purpose) {
            List<String> grounds = purpose == null
                    ? List.of()
                    : Stream.of(purpose.gdpr6(), purpose.gdpr9())
                            .flatMap(Stream::ofNullable)
                            .toList();
            if (grounds.isEmpty()) {
                return NONE;
            }
            return new Basis(String.join(", ", grounds), grounds.stream().anyMatch(NAMED::contains) ? "yes" : "no");
        }
    }

    private record Held(String recipient, String dataset, String purpose) {}

    PortabilityBody(PolicyAtHand policies) {
        this.policies = policies;
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (!entry.path("type").asText().equals(AuditEntry.RECORD)) {
            return;
        }
        String dataset = entry.path("dataset").asText("");
        String purpose = entry.path("purpose").asText("");
        if (beside.isRecord(place, entry)) {
            collected
                    .computeIfAbsent(
                            new Collected(entry.path("producer").asText(""), dataset, purpose, basis(entry, purpose)),
                            unused -> new Times())
                    .add(place, entry);
        }
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("disposition").asText().equals("release")) {
                String id = recipient.path("id").asText("");
                held.computeIfAbsent(
                                new Held(
                                        id,
                                        dataset,
                                        recipient.path("legal").path("purpose").asText("")),
                                unused -> new Times())
                        .add(place, entry);
                if (views.size() < Draft.MAX_ROWS) {
                    views.add(List.of(id, dataset, recipient.path("releasedId").asText(""), Times.of(entry), place));
                } else {
                    more++;
                }
            }
        }
    }

    private Basis basis(JsonNode entry, String purpose) {
        boolean gdpr = false;
        for (JsonNode regime : entry.path("regimes")) {
            gdpr |= regime.asText().equals("gdpr");
        }
        if (!gdpr) {
            return Basis.NOT_UNDER_GDPR;
        }
        return policies.rulebook(entry.path("policy").path("bundle").asText(""))
                .map(declared -> Basis.of(declared.rulebook().purposes().get(purpose)))
                .orElse(Basis.NOT_KEPT);
    }

    @Override
    public void write(Draft draft) {
        Draft.Table provided = draft.table(
                        "provided",
                        "What was provided",
                        "Art. 20 covers what the person provided and what is processed by consent (A6-1-a, A9-2-a) or contract"
                                + " (A6-1-b), by the ground of the purpose that it was collected for.")
                .column("producer", "Producer", Kind.CODE)
                .column("dataset", "Dataset", Kind.CODE)
                .column("purpose", "Collected for", Kind.CODE)
                .column("basis", "Basis", Kind.TEXT)
                .column("covered", "Art. 20 covers it", Kind.STATE)
                .column("records", "Records", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME);
        collected.forEach((key, times) -> provided.row(
                key.producer(),
                key.dataset(),
                key.purpose(),
                key.basis().words(),
                key.basis().covered(),
                times.count(),
                times.first(),
                times.last()));
        beside.write(draft);
        Draft.Table where = draft.table("held", "Where views of it are", "Released to these recipients' topics.")
                .column("recipient", "Recipient", Kind.CODE)
                .column("dataset", "Dataset", Kind.CODE)
                .column("purpose", "For", Kind.CODE)
                .column("views", "Views", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME);
        held.forEach((key, times) ->
                where.row(key.recipient(), key.dataset(), key.purpose(), times.count(), times.first(), times.last()));
        Draft.Table each = draft.table("views", "Each view", "By these ids recipients find them.")
                .column("recipient", "Recipient", Kind.CODE)
                .column("dataset", "Dataset", Kind.CODE)
                .column("releasedId", "Released as", Kind.CODE)
                .column("time", "Received", Kind.TIME)
                .column("entry", "Entry", Kind.ENTRY);
        views.forEach(row -> each.row(row.toArray()));
        each.more(more);
    }
}
