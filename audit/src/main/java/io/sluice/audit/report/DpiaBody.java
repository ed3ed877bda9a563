package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import io.sluice.core.audit.AuditEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is new in what flows, since a time, against the time before it: a change of the risk that calls for a review of the
 * impact assessment (GDPR Art. 35(11)).
 */
final class DpiaBody implements Body {
    private final Instant from;
    private final Flows before;
    private final Flows now;
    private final Parties parties;

    DpiaBody(ReportQuestion question, PolicyAtHand policies) {
        this.from = question.time(Parameter.FROM).orElseThrow();
        this.before = new Flows(policies);
        this.now = new Flows(policies);
        this.parties = new Parties(policies);
    }

    @Override
    public void take(long place, JsonNode entry) {
        if (!entry.path("type").asText().equals(AuditEntry.RECORD)) {
            return;
        }
        Flows of = isBefore(entry) ? before : now;
        for (JsonNode recipient : entry.path("recipients")) {
            if (recipient.path("disposition").asText().equals("release")) {
                of.take(place, entry, recipient);
                parties.seen(
                        recipient.path("id").asText(""),
                        entry.path("policy").path("bundle").asText(""));
            }
        }
    }

    private boolean isBefore(JsonNode entry) {
        try {
            return Instant.parse(Times.of(entry)).isBefore(from);
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** What is new by which kind of change, in the order of the report. */
    @Override
    public void write(Draft draft) {
        SortedMap<String, Long> old = changes(before);
        SortedMap<String, Long> current = changes(now);
        if (before.all().isEmpty()) {
            draft.finding(
                    "no-baseline",
                    "Nothing was released in the time that is compared with, so that all is new.",
                    List.of());
        }
        Draft.Table table = draft.table(
                        "changes",
                        "What flows since then",
                        "Each kind of flow that there was, and whether it was there before.")
                .column("change", "Of what", Kind.TEXT)
                .column("what", "What", Kind.TEXT)
                .column("state", "State", Kind.STATE)
                .column("entry", "First entry", Kind.ENTRY);
        current.forEach((change, place) -> {
            int mark = change.indexOf(": ");
            boolean fresh = !old.containsKey(change);
            table.row(change.substring(0, mark), change.substring(mark + 2), fresh ? "new" : "as before", place);
            if (fresh && !before.all().isEmpty()) {
                draft.finding("new", "New " + change + ".", List.of(place));
            }
        });
        Draft.Table gone = draft.table("gone", "What flows no more", "It was there before, and not since.")
                .column("change", "Of what", Kind.TEXT)
                .column("what", "What", Kind.TEXT);
        old.keySet().stream()
                .filter(change -> !current.containsKey(change))
                .forEach(change -> gone.row(
                        change.substring(0, change.indexOf(": ")), change.substring(change.indexOf(": ") + 2)));
        before.tellWhatIsNotKept(draft);
        now.tellWhatIsNotKept(draft);
    }

    private SortedMap<String, Long> changes(Flows flows) {
        SortedMap<String, Long> found = new TreeMap<>();
        for (Map.Entry<Flows.Key, Flows.Flow> one : flows.all().entrySet()) {
            Flows.Key key = one.getKey();
            long place = one.getValue().times().place();
            put(found, "recipient", key.dataset() + " to " + key.recipient(), place);
            put(found, "country of a recipient", parties.of(key.recipient()).country(), place);
            put(found, "region of people", key.region(), place);
            put(found, "purpose", key.dataset() + " for " + key.legal("purpose"), place);
            put(found, "source", key.dataset() + " from " + key.producer(), place);
            SortedMap<String, Categories.Category> categories = new TreeMap<>();
            Categories.add(categories, flows, key, one.getValue());
            categories.forEach((id, category) -> {
                if (category.special()) {
                    for (Treatment treatment : List.of(Treatment.CLEAR, Treatment.COARSER, Treatment.KEYED)) {
                        if (category.count(treatment) > 0) {
                            put(
                                    found,
                                    "special category",
                                    id + " of " + key.dataset() + " to " + key.recipient() + ", " + treatment.words(),
                                    place);
                        }
                    }
                }
            });
        }
        return found;
    }

    private static void put(SortedMap<String, Long> found, String change, String what, long place) {
        if (!what.isEmpty()) {
            found.merge(change + ": " + what, place, Math::min);
        }
    }
}
