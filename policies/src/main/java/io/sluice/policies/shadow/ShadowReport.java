package io.sluice.policies.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a shadow would have decided otherwise: of one task, or of several together. Counts, ids and patterns of the rulebook;
 * never a value of a field. Immutable.
 *
 * @param activation the activation that names the shadow
 * @param bundle digest of the shadow's bundle
 * @param revision its revision
 * @param since since when is counted, the earliest of several
 * @param records records that were decided
 * @param differing of those, for which some recipient's view would be different
 * @param notCompared of those, that were not compared because too many different ones came at once
 * @param failures of those, for which the shadow gave no decision, by code
 * @param rows what would be different, those of most records first; at most {@link #MAX_ROWS} of a task
 * @param other differences that no row stands for, in records
 */
public record ShadowReport(
        long activation,
        String bundle,
        long revision,
        Instant since,
        long records,
        long differing,
        long notCompared,
        SortedMap<String, Long> failures,
        List<Row> rows,
        long other) {
    /** Most differences that a task tells apart. */
    public static final int MAX_ROWS = 200;

    private static final Comparator<Row> ORDER = Comparator.comparingLong(Row::records)
            .reversed()
            .thenComparing(Row::dataset)
            .thenComparing(Row::recipient)
            .thenComparing(Row::what)
            .thenComparing(Row::to);

    /**
     * One difference.
     *
     * @param dataset dataset id
     * @param recipient recipient id
     * @param what {@code disposition}, a field's pattern, or a term of the release
     * @param from under what decided
     * @param to under the shadow
     * @param records for how many records
     */
    public record Row(String dataset, String recipient, String what, String from, String to, long records) {
        private Row without() {
            return new Row(dataset, recipient, what, from, to, 0);
        }

        private Row times(long count) {
            return new Row(dataset, recipient, what, from, to, count);
        }
    }

    public ShadowReport {
        failures = Collections.unmodifiableSortedMap(new TreeMap<>(failures));
        rows = rows.stream().sorted(ORDER).toList();
    }

    /** Records for which the shadow gave no decision. */
    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The most frequent rows alone; the rest is counted as other. */
    ShadowReport bounded() {
        if (rows.size() <= MAX_ROWS) {
            return this;
        }
        long rest = rows.stream().skip(MAX_ROWS).mapToLong(Row::records).sum();
        return new ShadowReport(
                activation,
                bundle,
                revision,
                since,
                records,
                differing,
                notCompared,
                failures,
                rows.subList(0, MAX_ROWS),
                other + rest);
    }

    /** Both together. @throws IllegalArgumentException if they are of two shadows */
    public ShadowReport plus(ShadowReport more) {
        if (activation != more.activation || !bundle.equals(more.bundle)) {
            throw new IllegalArgumentException("Only counts of one shadow can be added");
        }
        TreeMap<String, Long> allFailures = new TreeMap<>(failures);
        more.failures.forEach((code, count) -> allFailures.merge(code, count, Long::sum));
        Map<Row, Long> counts = new LinkedHashMap<>();
        rows.forEach(row -> counts.merge(row.without(), row.records(), Long::sum));
        more.rows.forEach(row -> counts.merge(row.without(), row.records(), Long::sum));
        List<Row> all = new ArrayList<>();
        counts.forEach((row, count) -> all.add(row.times(count)));
        return new ShadowReport(
                activation,
                bundle,
                revision,
                since.isBefore(more.since) ? since : more.since,
                records + more.records,
                differing + more.differing,
                notCompared + more.notCompared,
                allFailures,
                all,
                other + more.other);
    }

    /** The JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("activation", activation);
        json.put("bundle", bundle);
        json.put("revision", revision);
        json.put("since", since.toString());
        json.put("records", records);
        json.put("differing", differing);
        json.put("notCompared", notCompared);
        json.put("failures", failures);
        List<Object> all = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> member = new LinkedHashMap<>();
            member.put("dataset", row.dataset());
            member.put("recipient", row.recipient());
            member.put("what", row.what());
            member.put("from", row.from());
            member.put("to", row.to());
            member.put("records", row.records());
            all.add(member);
        }
        json.put("rows", all);
        json.put("other", other);
        return json;
    }

    /** Reads the JSON object. @throws IllegalArgumentException if it is malformed */
    public static ShadowReport of(JsonNode json) {
        TreeMap<String, Long> failures = new TreeMap<>();
        json.path("failures").properties().forEach(member -> failures.put(member.getKey(), count(member.getValue())));
        List<Row> rows = new ArrayList<>();
        json.path("rows")
                .forEach(row -> rows.add(new Row(
                        text(row.path("dataset")),
                        text(row.path("recipient")),
                        text(row.path("what")),
                        text(row.path("from")),
                        text(row.path("to")),
                        count(row.path("records")))));
        try {
            return new ShadowReport(
                    count(json.path("activation")),
                    text(json.path("bundle")),
                    count(json.path("revision")),
                    Instant.parse(text(json.path("since"))),
                    count(json.path("records")),
                    count(json.path("differing")),
                    count(json.path("notCompared")),
                    failures,
                    rows,
                    count(json.path("other")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("The shadow's since is no time", e);
        }
    }

    private static long count(JsonNode json) {
        if (!json.isIntegralNumber() || !json.canConvertToLong() || json.longValue() < 0) {
            throw new IllegalArgumentException("A count of the shadow is missing");
        }
        return json.longValue();
    }

    private static String text(JsonNode json) {
        if (!json.isTextual()) {
            throw new IllegalArgumentException("A text of the shadow is missing");
        }
        return json.textValue();
    }
}
