package io.sluice.policies.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a revision opens of special categories (GDPR Art. 9, 10) that the one before it keeps closed. Told from the tables of
 * the two bundles, without asking either: it errs on the side of too much, since an officer of the role {@code dpo} answers
 * for what it finds. So a field counts as special under either catalog, parameters of a transform count whichever way they
 * change, and where the logic in Rego changes everything special counts. Immutable.
 */
public final class SpecialOpenings {
    private static final Set<String> SPECIAL = Set.of("special-category", "criminal");
    /** What does not say whether a view goes out, or under which terms: {@code fields} is compared by itself. */
    private static final Set<String> NO_TERMS = Set.of("fields", "grounds", "envelope", "labels");

    private final @Nullable JsonNode before;
    private final JsonNode after;
    private final Set<String> found = new LinkedHashSet<>();

    private SpecialOpenings(@Nullable JsonNode before, JsonNode after) {
        this.before = before;
        this.after = after;
    }

    /**
     * What opens, a line each, for people.
     *
     * @param before the revision in force; null where none is, so that everything was closed
     */
    public static List<String> of(@Nullable VerifiedBundle before, VerifiedBundle after) {
        boolean logic = before != null && !before.logic().equals(after.logic());
        return of(before == null ? null : before.document(), after.document(), logic);
    }

    static List<String> of(@Nullable JsonNode before, JsonNode after, boolean logicChanged) {
        SpecialOpenings openings = new SpecialOpenings(before, after);
        after.path("matrix")
                .properties()
                .forEach(rows -> rows.getValue()
                        .properties()
                        .forEach(row -> openings.view(rows.getKey(), row.getKey(), row.getValue())));
        openings.reveal();
        if (logicChanged && openings.declaresSpecial()) {
            openings.found.add(
                    "the rules in Rego changed: what they open of special categories is not told from tables");
        }
        return List.copyOf(openings.found);
    }

    private void view(String dataset, String recipient, JsonNode row) {
        Map<FieldPattern, Boolean> declaredBefore = declared(before, dataset);
        Map<FieldPattern, Boolean> declaredAfter = declared(after, dataset);
        boolean open = false;
        for (Map.Entry<FieldPattern, Boolean> field : declaredAfter.entrySet()) {
            FieldPattern pattern = field.getKey();
            JsonNode rule = row.path("fields").path(pattern.text());
            if (closed(rule)) {
                continue;
            }
            List<FieldPattern> moved = declaredBefore.entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .filter(other -> other.equals(pattern)
                            || (!declaredBefore.containsKey(pattern) || !declaredAfter.containsKey(other))
                                    && PatternOverlap.may(pattern, other))
                    .toList();
            if (field.getValue() || !moved.isEmpty()) {
                open = true;
                List<FieldPattern> compared =
                        moved.isEmpty() && declaredBefore.containsKey(pattern) ? List.of(pattern) : moved;
                compare(dataset, recipient, pattern, rule, compared);
            }
        }
        if (open) {
            terms(dataset, recipient, row);
        }
    }

    private void compare(
            String dataset, String recipient, FieldPattern pattern, JsonNode rule, List<FieldPattern> compared) {
        if (compared.isEmpty()) {
            found.add(line(dataset, recipient, pattern) + "closed -> " + words(rule));
        }
        for (FieldPattern other : compared) {
            JsonNode was = cell(before, dataset, recipient, other);
            if (!notWeaker(rule, was)) {
                found.add(line(dataset, recipient, pattern) + words(was) + " -> " + words(rule));
            }
        }
    }

    /** Whether, when and on what ground a view goes out: whatever of it changes may open what the fields hold. */
    private void terms(String dataset, String recipient, JsonNode row) {
        JsonNode was =
                before == null ? row : before.path("matrix").path(dataset).path(recipient);
        if (before != null && was.isObject()) {
            String purpose = purpose(after, recipient);
            if (!terms(was).equals(terms(row))
                    || !purpose.equals(purpose(before, recipient))
                    || !table(before, "purposes", purpose).equals(table(after, "purposes", purpose))) {
                found.add(
                        dataset + " for " + recipient + ": a special category is open, and the terms changed (denials,"
                                + " purpose, legal ground or agreement)");
            }
        }
    }

    private static JsonNode terms(JsonNode row) {
        ObjectNode terms = ((ObjectNode) row).deepCopy();
        terms.remove(NO_TERMS);
        return terms;
    }

    private void reveal() {
        JsonNode now = after.path("rulebook").path("reveal");
        JsonNode was = before == null
                ? MissingNode.getInstance()
                : before.path("rulebook").path("reveal");
        if (!now.equals(was) && now.findValues("classes").stream().anyMatch(this::anySpecial)) {
            found.add("reveal.yaml changed, and grants to turn back values of a special category");
        }
    }

    private boolean anySpecial(JsonNode named) {
        for (Map.Entry<String, JsonNode> row :
                after.path("rulebook").path("classes").properties()) {
            for (JsonNode ancestor : row.getValue().path("ancestors")) {
                for (JsonNode name : named) {
                    if (special(row.getValue()) && ancestor.equals(name)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean declaresSpecial() {
        for (Map.Entry<String, JsonNode> dataset :
                after.path("rulebook").path("datasets").properties()) {
            if (declared(after, dataset.getKey()).containsValue(true)) {
                return true;
            }
        }
        return false;
    }

    /** The dataset's patterns, and whether each is special under the bundle's own classes or those of the other. */
    private Map<FieldPattern, Boolean> declared(@Nullable JsonNode bundle, String dataset) {
        Map<FieldPattern, Boolean> declared = new TreeMap<>();
        if (bundle != null) {
            table(bundle, "datasets", dataset).path("fields").properties().forEach(field -> {
                boolean special = false;
                for (JsonNode name : field.getValue()) {
                    special |= special(table(before, "classes", name.asText()))
                            || special(table(after, "classes", name.asText()));
                }
                declared.put(FieldPattern.parse(field.getKey()), special);
            });
        }
        return declared;
    }

    private static boolean special(JsonNode row) {
        return SPECIAL.contains(row.path("kind").asText());
    }

    private static JsonNode table(@Nullable JsonNode bundle, String table, String id) {
        return bundle == null
                ? MissingNode.getInstance()
                : bundle.path("rulebook").path(table).path(id);
    }

    private static String purpose(@Nullable JsonNode bundle, String recipient) {
        return table(bundle, "recipients", recipient).path("purpose").asText();
    }

    private static JsonNode cell(@Nullable JsonNode bundle, String dataset, String recipient, FieldPattern pattern) {
        return bundle == null
                ? MissingNode.getInstance()
                : bundle.path("matrix")
                        .path(dataset)
                        .path(recipient)
                        .path("fields")
                        .path(pattern.text());
    }

    static boolean closed(JsonNode rule) {
        return rule.isMissingNode()
                || kind(rule).filter(TransformKind::alwaysAllowed).isPresent();
    }

    /** Whether a rule lets through no more than another: the same, or a stricter kind. */
    static boolean notWeaker(JsonNode rule, JsonNode was) {
        if (was.isMissingNode()) {
            return false;
        }
        boolean same = rule.path("transform").equals(was.path("transform"))
                && rule.path("params").equals(was.path("params"));
        Optional<TransformKind> now = kind(rule);
        Optional<TransformKind> then = kind(was);
        return same || now.isPresent() && then.isPresent() && now.get().compareTo(then.get()) > 0;
    }

    private static Optional<TransformKind> kind(JsonNode rule) {
        return TransformSpec.parse(rule.path("transform").asText(), new TreeMap<>())
                .map(TransformSpec::kind);
    }

    static String words(JsonNode rule) {
        String params = rule.path("params").isEmpty() ? "" : rule.path("params").toString();
        return closed(rule) ? "closed" : rule.path("transform").asText() + params;
    }

    private static String line(String dataset, String recipient, FieldPattern pattern) {
        return dataset + " for " + recipient + ": " + pattern + ": ";
    }
}
