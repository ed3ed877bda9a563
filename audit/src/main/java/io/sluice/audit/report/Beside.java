package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.report.Report.Kind;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entries that stand for no further record: duplicates, further attempts, and what was quarantined before it was decided,
 * which names no regime, policy or controller. They are counted, and apart. Not thread-safe.
 */
final class Beside {
    private static final String DECIDED = "decided";

    private final SortedMap<String, Times> all = new TreeMap<>();

    /** Whether a record's entry is that of its first attempt, and it was decided; counts it here where not. */
    boolean isRecord(long place, JsonNode entry) {
        String outcome = entry.path("outcome").path("code").asText("?");
        boolean attempt = entry.has("requeue");
        if (!attempt && outcome.equals(DECIDED)) {
            return true;
        }
        all.computeIfAbsent((attempt ? "further attempt, " : "") + outcome, unused -> new Times())
                .add(place, entry);
        return false;
    }

    /** Adds their table. */
    void write(Draft draft) {
        Draft.Table table = draft.table(
                        "beside",
                        "Entries that are no further record",
                        "Duplicates, records that were quarantined before they were decided, and what came back from"
                                + " quarantine; views that were released then are in the tables of views.")
                .column("outcome", "Outcome", Kind.TEXT)
                .column("entries", "Entries", Kind.NUMBER)
                .column("first", "First", Kind.TIME)
                .column("last", "Last", Kind.TIME)
                .column("entry", "First entry", Kind.ENTRY);
        all.forEach((outcome, times) -> table.row(outcome, times.count(), times.first(), times.last(), times.place()));
    }
}
