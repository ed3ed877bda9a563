package io.sluice.policies.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.rulebook.FieldPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a revision lets out that another keeps in, or may let out: where one decides in place of the other without anybody
 * looking (a canary, a floor), there must be nothing. Told from the tables of the two bundles, without asking either, and
 * errs on the side of too much: a change of the rules in Rego, or of a table that rules may read, counts, and so does another
 * parameter of the same transform. What it does not count only closes: a stricter transform, a field or view taken away, a
 * coarser envelope, an agreement that ends earlier. Immutable.
 */
public final class Widening {
    /** What of a recipient or a dataset says nothing of whether and how a view goes out, or is compared by itself. */
    private static final Set<String> RECIPIENT_ASIDE = Set.of("agreement", "name", "address");

    /** Tables that rules may read of any dataset and recipient. */
    private static final List<String> SHARED = List.of("classes", "controllers", "tables");

    /** Who a producer is and how much it may send says nothing of what leaves. */
    private static final Set<String> PRODUCER_ASIDE = Set.of("identities", "quota");

    private static final Set<String> DATASET_ASIDE = Set.of("fields", "undeclared", "retention");
    /** From open to closed; see {@code envelope.rego}. */
    private static final Map<String, List<String>> ENVELOPE = Map.of(
            "time", List.of("keep", "day", "year"),
            "subject", List.of("ref", "drop"),
            "source", List.of("producer", "dataset"),
            "key", List.of("ref", "id"),
            "policy", List.of("true", "false"));

    private final JsonNode before;
    private final JsonNode after;
    private final Set<String> everywhere = new LinkedHashSet<>();
    private final SortedMap<String, Set<String>> byDataset = new TreeMap<>();

    private Widening(JsonNode before, JsonNode after) {
        this.before = before;
        this.after = after;
    }

    /** Compares. @param before the revision that must not be opened beyond */
    public static Widening of(VerifiedBundle before, VerifiedBundle after) {
        return of(before.document(), after.document(), !before.logic().equals(after.logic()));
    }

    static Widening of(JsonNode before, JsonNode after, boolean logicChanged) {
        Widening widening = new Widening(before, after);
        if (logicChanged) {
            widening.everywhere.add("the rules in Rego changed: what they open is not told from tables");
        }
        widening.tables();
        after.path("matrix")
                .properties()
                .forEach(rows -> rows.getValue().properties().forEach(row -> {
                    if (row.getValue().path("denied").isEmpty()) { // else nothing of it ever leaves
                        widening.view(rows.getKey(), row.getKey(), row.getValue());
                    }
                }));
        return widening;
    }

    /** Whether nothing opens. */
    public boolean isNone() {
        return everywhere.isEmpty() && byDataset.isEmpty();
    }

    /** Whether something of a dataset opens. */
    public boolean opens(String dataset) {
        return !everywhere.isEmpty() || byDataset.containsKey(dataset);
    }

    /** What opens, a line each, for people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(everywhere);
        byDataset.values().forEach(lines::addAll);
        return List.copyOf(lines);
    }

    private void tables() {
        for (String table : SHARED) {
            if (!rulebook(before, table).equals(rulebook(after, table))) {
                everywhere.add("the table " + table + " changed, which rules may read");
            }
        }
        changed("producers", PRODUCER_ASIDE, "producer");
        changed("purposes", Set.of(), "purpose");
    }

    private void changed(String table, Set<String> aside, String what) {
        for (Map.Entry<String, JsonNode> row : rulebook(before, table).properties()) {
            if (!facts(before, table, row.getKey(), aside).equals(facts(after, table, row.getKey(), aside))) {
                everywhere.add("the file of " + what + " " + row.getKey() + " changed, which rules may read");
            }
        }
    }

    private void view(String dataset, String recipient, JsonNode row) {
        JsonNode was = before.path("matrix").path(dataset).path(recipient);
        if (!was.isObject() || !was.path("denied").isEmpty()) {
            add(dataset, recipient, "a view where there was none");
            return;
        }
        terms(dataset, recipient, was, row);
        Collection<FieldPattern> gone = gone(was.path("fields"), row.path("fields"));
        for (Map.Entry<String, JsonNode> field : row.path("fields").properties()) {
            JsonNode rule = field.getValue();
            if (SpecialOpenings.closed(rule)) {
                continue;
            }
            JsonNode rested = was.path("fields").path(field.getKey());
            if (!SpecialOpenings.notWeaker(rule, rested)) {
                add(
                        dataset,
                        recipient,
                        field.getKey() + ": " + SpecialOpenings.words(rested) + " -> " + SpecialOpenings.words(rule));
            }
            if (!rested.isMissingNode()
                    && !classes(before, dataset, field.getKey()).equals(classes(after, dataset, field.getKey()))) {
                add(dataset, recipient, field.getKey() + " is open, and of other classes than before");
            }
            FieldPattern pattern = FieldPattern.parse(field.getKey());
            gone.stream()
                    .filter(other -> PatternOverlap.may(pattern, other))
                    .forEach(other ->
                            add(dataset, recipient, other + " is not declared any more, and may fall to " + pattern));
        }
    }

    private void terms(String dataset, String recipient, JsonNode was, JsonNode row) {
        for (JsonNode purpose : row.path("compatible")) {
            if (!contains(was.path("compatible"), purpose)) {
                add(dataset, recipient, "data collected for " + purpose.asText() + " serve it too");
            }
        }
        if (row.at("/agreement/until")
                        .asText()
                        .compareTo(was.at("/agreement/until").asText())
                > 0) {
            add(dataset, recipient, "the agreement lasts longer");
        }
        if (row.path("undeclared").asText().equals("drop")
                && !was.path("undeclared").asText().equals("drop")) {
            add(dataset, recipient, "a record with undeclared fields leaves without them, and was quarantined");
        }
        if (was.path("labels").asBoolean() && !row.path("labels").asBoolean()) {
            add(dataset, recipient, "it no longer says what was done to the record");
        }
        ENVELOPE.forEach((part, order) -> {
            String then = was.path("envelope").path(part).asText();
            String now = row.path("envelope").path(part).asText();
            if (!then.equals(now) && (!order.contains(then) || order.indexOf(now) <= order.indexOf(then))) {
                add(dataset, recipient, "envelope " + part + ": " + then + " -> " + now);
            }
        });
        if (!facts(before, "recipients", recipient, RECIPIENT_ASIDE)
                .equals(facts(after, "recipients", recipient, RECIPIENT_ASIDE))) {
            add(dataset, recipient, "the recipient's file changed in more than name, address and agreement");
        }
        if (!agreement(before, recipient).equals(agreement(after, recipient))) {
            add(dataset, recipient, "the agreement changed in more than its end");
        }
        if (!facts(before, "datasets", dataset, DATASET_ASIDE)
                .equals(facts(after, "datasets", dataset, DATASET_ASIDE))) {
            add(dataset, recipient, "the catalog file changed in more than fields, undeclared and retention");
        }
    }

    /** Patterns that were declared and are no more: what they named falls to others, or is undeclared. */
    private static Collection<FieldPattern> gone(JsonNode was, JsonNode is) {
        return was.properties().stream()
                .map(Map.Entry::getKey)
                .filter(pattern -> !is.has(pattern))
                .map(FieldPattern::parse)
                .toList();
    }

    private static boolean contains(JsonNode list, JsonNode wanted) {
        for (JsonNode element : list) {
            if (element.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode rulebook(JsonNode bundle, String table) {
        return bundle.path("rulebook").path(table);
    }

    private static JsonNode facts(JsonNode bundle, String table, String id, Set<String> aside) {
        return without(rulebook(bundle, table).path(id), aside);
    }

    private static JsonNode classes(JsonNode bundle, String dataset, String pattern) {
        return rulebook(bundle, "datasets").path(dataset).path("fields").path(pattern);
    }

    private static JsonNode agreement(JsonNode bundle, String recipient) {
        return without(rulebook(bundle, "recipients").path(recipient).path("agreement"), Set.of("until"));
    }

    private static JsonNode without(JsonNode row, Set<String> aside) {
        return row instanceof ObjectNode object ? object.deepCopy().without(aside) : row;
    }

    private void add(String dataset, String recipient, String what) {
        byDataset
                .computeIfAbsent(dataset, first -> new LinkedHashSet<>())
                .add(dataset + " for " + recipient + ": " + what);
    }
}
