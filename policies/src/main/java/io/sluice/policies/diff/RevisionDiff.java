package io.sluice.policies.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.matrix.Circumstance;
import io.sluice.policies.matrix.MatrixCase;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import io.sluice.policies.verify.SpecialOpenings;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The change in meaning between two revisions: what each recipient gets of each dataset under every circumstance that the
 * matrix knows, asked of both policies. Two rulebooks that read differently and decide alike have no change. Immutable.
 *
 * @param views changes of views, by dataset and recipient; each different change once, those that hold under more circumstances
 *     first
 * @param tables parts of the rulebook that differ, as {@code producers/lab}; those that views depend on among them
 * @param opensSpecial what takes the approval of an officer of the role {@code dpo}, a line each
 */
public record RevisionDiff(List<ViewChange> views, List<String> tables, List<String> opensSpecial) {
    /**
     * A change of one recipient's view of one dataset.
     *
     * @param dataset dataset id
     * @param recipient recipient id
     * @param diff what differs
     * @param when the circumstances under which it does, sorted
     */
    public record ViewChange(String dataset, String recipient, ViewDiff diff, List<Circumstance> when) {
        public ViewChange {
            when = when.stream().sorted().toList();
        }

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("dataset", dataset);
            json.put("recipient", recipient);
            json.put("before", diff.before());
            json.put("after", diff.after());
            json.put("fields", diff.fields().stream().map(FieldChange::toJson).toList());
            json.put(
                    "terms",
                    diff.terms().stream().map(ViewDiff.TermChange::toJson).toList());
            json.put("when", when.stream().map(Circumstance::toString).toList());
            return json;
        }
    }

    public RevisionDiff {
        views = List.copyOf(views);
        tables = List.copyOf(tables);
        opensSpecial = List.copyOf(opensSpecial);
    }

    /** Compares. @param day the day of the questions: agreements end on one */
    public static RevisionDiff of(ActivePolicy before, ActivePolicy after, LocalDate day) {
        PolicyMatrix was = PolicyMatrix.of(before, day);
        PolicyMatrix is = PolicyMatrix.of(after, day);
        List<ViewChange> views = new ArrayList<>();
        TreeSet<String> datasets = new TreeSet<>(was.rows().keySet());
        datasets.addAll(is.rows().keySet());
        for (String dataset : datasets) {
            TreeSet<String> recipients =
                    new TreeSet<>(was.rulebook().recipients().keySet());
            recipients.addAll(is.rulebook().recipients().keySet());
            for (String recipient : recipients) {
                views.addAll(views(dataset, recipient, was, is));
            }
        }
        return new RevisionDiff(views, tables(before, after), SpecialOpenings.of(before.bundle(), after.bundle()));
    }

    /** Whether the two decide alike under every circumstance asked. */
    public boolean decidesAlike() {
        return views.isEmpty();
    }

    private static List<ViewChange> views(String dataset, String recipient, PolicyMatrix was, PolicyMatrix is) {
        Map<Circumstance, MatrixCase> before = cases(was, dataset, recipient);
        Map<Circumstance, MatrixCase> after = cases(is, dataset, recipient);
        TreeSet<Circumstance> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        Map<Pair, ViewDiff> compared = new HashMap<>();
        Map<ViewDiff, List<Circumstance>> found = new LinkedHashMap<>();
        for (Circumstance circumstance : all) {
            MatrixCase then = before.get(circumstance);
            MatrixCase now = after.get(circumstance);
            ViewDiff diff = compared.computeIfAbsent(
                    new Pair(then, now),
                    pair -> ViewDiff.of(
                            dataset,
                            then == null ? null : then.decision(),
                            now == null ? null : now.decision(),
                            was.rulebook(),
                            is.rulebook()));
            if (!diff.isEmpty()) {
                found.computeIfAbsent(diff, first -> new ArrayList<>()).add(circumstance);
            }
        }
        return found.entrySet().stream()
                .map(change -> new ViewChange(dataset, recipient, change.getKey(), change.getValue()))
                .sorted((one, other) -> other.when().size() - one.when().size())
                .toList();
    }

    /** Two answers, compared once, however many circumstances lead to them: a matrix holds each answer of a row once. */
    private record Pair(
            @Nullable MatrixCase before, @Nullable MatrixCase after) {
        @Override
        @SuppressWarnings("ReferenceEquality") // the answers themselves, not answers alike
        public boolean equals(@Nullable Object other) {
            return other instanceof Pair pair && pair.before == before && pair.after == after;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(before) + System.identityHashCode(after);
        }
    }

    private static SortedMap<Circumstance, MatrixCase> cases(PolicyMatrix matrix, String dataset, String recipient) {
        SortedMap<Circumstance, MatrixCase> cases = new TreeMap<>();
        for (MatrixCase one :
                matrix.row(dataset, recipient).map(MatrixRow::cases).orElse(List.of())) {
            one.when().forEach(circumstance -> cases.put(circumstance, one));
        }
        return cases;
    }

    private static List<String> tables(ActivePolicy before, ActivePolicy after) {
        JsonNode was = before.bundle().document().path("rulebook");
        JsonNode is = after.bundle().document().path("rulebook");
        List<String> tables = new ArrayList<>();
        for (String table : names(was, is)) {
            for (String id : names(was.path(table), is.path(table))) {
                String change = change(was.path(table).get(id), is.path(table).get(id));
                if (!change.isEmpty()) {
                    tables.add(table + "/" + id + " " + change);
                }
            }
        }
        if (!before.bundle().logic().equals(after.bundle().logic())) {
            tables.add("rego changed");
        }
        return tables;
    }

    private static String change(@Nullable JsonNode was, @Nullable JsonNode is) {
        return was == null ? "added" : is == null ? "removed" : was.equals(is) ? "" : "changed";
    }

    private static TreeSet<String> names(JsonNode was, JsonNode is) {
        TreeSet<String> names = new TreeSet<>();
        was.fieldNames().forEachRemaining(names::add);
        is.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("decidesAlike", decidesAlike());
        json.put("views", views.stream().map(ViewChange::toJson).toList());
        json.put("tables", tables);
        json.put("opensSpecial", opensSpecial);
        return json;
    }
}
