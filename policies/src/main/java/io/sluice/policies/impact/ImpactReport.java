package io.sluice.policies.impact;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.diff.Direction;
import io.sluice.policies.diff.FieldChange;
import io.sluice.policies.diff.ViewDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a draft would have decided differently about past records. Counts and patterns of the catalog, no values. Immutable.
 *
 * @param before digest of the bundle that they are compared with
 * @param after digest of the draft
 * @param inputs different decision inputs that were decided
 * @param unreadable inputs that this version does not read, and did not decide
 * @param records records that the inputs stand for
 * @param subjects subjects of those
 * @param changedRecords records that some recipient would get otherwise
 * @param changedSubjects subjects of those
 * @param views each different change of a recipient's view, those of most records first
 */
public record ImpactReport(
        String before,
        String after,
        long inputs,
        long unreadable,
        long records,
        long subjects,
        long changedRecords,
        long changedSubjects,
        List<ViewImpact> views) {
    /** Most changes that the entry of an activation lists. */
    public static final int MAX_IN_ENTRY = 40;

    public ImpactReport {
        views = List.copyOf(views);
    }

    /**
     * One change of one recipient's view.
     *
     * @param dataset dataset id
     * @param recipient recipient id
     * @param diff what differs
     * @param inputs decision inputs for which it does
     * @param records records of those
     * @param subjects subjects of those
     */
    public record ViewImpact(
            String dataset, String recipient, ViewDiff diff, long inputs, long records, long subjects) {
        /** How many fields go that way. */
        public long fields(Direction direction) {
            return diff.fields().stream()
                    .filter(field -> field.direction() == direction)
                    .count();
        }

        private Map<String, Object> counts() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("dataset", dataset);
            json.put("recipient", recipient);
            json.put("before", diff.before());
            json.put("after", diff.after());
            json.put("opens", fields(Direction.OPENS));
            json.put("closes", fields(Direction.CLOSES));
            json.put("changes", fields(Direction.CHANGES));
            json.put("records", records);
            json.put("subjects", subjects);
            return json;
        }

        private Map<String, Object> toJson() {
            Map<String, Object> json = counts();
            json.put("inputs", inputs);
            json.put("fields", diff.fields().stream().map(FieldChange::toJson).toList());
            json.put(
                    "terms",
                    diff.terms().stream().map(ViewDiff.TermChange::toJson).toList());
            return json;
        }
    }

    /** The JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = totals();
        json.put("views", views.stream().map(ViewImpact::toJson).toList());
        return json;
    }

    /**
     * What an audit entry holds of a report in its JSON form: counts, no patterns.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Map<String, Object> entryDetail(JsonNode report) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (String name : List.of("before", "after")) {
            json.put(name, digest(report.path(name)));
        }
        for (String name :
                List.of("inputs", "unreadable", "records", "subjects", "changedRecords", "changedSubjects")) {
            json.put(name, count(report.path(name)));
        }
        List<Object> views = new ArrayList<>();
        for (JsonNode view : report.path("views")) {
            if (views.size() < MAX_IN_ENTRY) {
                Map<String, Object> counts = new LinkedHashMap<>();
                for (String name : List.of("dataset", "recipient", "before", "after")) {
                    counts.put(name, view.path(name).asText());
                }
                for (String name : List.of("opens", "closes", "changes", "records", "subjects")) {
                    counts.put(name, count(view.path(name)));
                }
                views.add(counts);
            }
        }
        json.put("views", views);
        if (report.path("views").size() > MAX_IN_ENTRY) {
            json.put("viewsLeftOut", (long) report.path("views").size() - MAX_IN_ENTRY);
        }
        return json;
    }

    private static String digest(JsonNode json) {
        if (!json.asText().matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("it names no two bundles");
        }
        return json.asText();
    }

    private static long count(JsonNode json) {
        if (!json.isIntegralNumber() || !json.canConvertToLong() || json.longValue() < 0) {
            throw new IllegalArgumentException("a count is missing");
        }
        return json.longValue();
    }

    private Map<String, Object> totals() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("before", before);
        json.put("after", after);
        json.put("inputs", inputs);
        json.put("unreadable", unreadable);
        json.put("records", records);
        json.put("subjects", subjects);
        json.put("changedRecords", changedRecords);
        json.put("changedSubjects", changedSubjects);
        return json;
    }
}
