package io.sluice.protection.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.FieldPattern.Segment;
import io.sluice.core.rulebook.TransformKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a plan, told in the plainest way: a tree, and for each of its leaves every pattern tried. Knows keep,
 * drop, redact and mask. Slow and obvious; the automaton must agree with it.
 */
final class ReferenceProtector {
    private final ProtectionPlan plan;
    final int[] counts;
    int undeclared;

    ReferenceProtector(ProtectionPlan plan) {
        this.plan = plan;
        this.counts = new int[plan.fields().size()];
    }

    /** One step into the tree: the container, and the name or index in it. */
    private record Step(JsonNode container, String name, JsonNode child) {}

    JsonNode view(JsonNode root) {
        JsonNode view = visit(root, List.of());
        if (view != null) {
            return view;
        }
        return root.isObject()
                ? JsonNodeFactory.instance.objectNode()
                : root.isArray() ? JsonNodeFactory.instance.arrayNode() : JsonNodeFactory.instance.nullNode();
    }

    private @Nullable JsonNode visit(JsonNode node, List<Step> path) {
        if (node.isObject()) {
            ObjectNode view = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                JsonNode kept =
                        visit(member.getValue(), longer(path, new Step(node, member.getKey(), member.getValue())));
                if (kept != null) {
                    view.set(member.getKey(), kept);
                }
            }
            return view.isEmpty() ? null : view;
        }
        if (node.isArray()) {
            ArrayNode view = JsonNodeFactory.instance.arrayNode();
            for (int i = 0; i < node.size(); i++) {
                JsonNode kept = visit(node.get(i), longer(path, new Step(node, Integer.toString(i), node.get(i))));
                if (kept != null) {
                    view.add(kept);
                }
            }
            return view.isEmpty() ? null : view;
        }
        return leaf(node, path);
    }

    private @Nullable JsonNode leaf(JsonNode node, List<Step> path) {
        int best = -1;
        for (int i = 0; i < plan.fields().size(); i++) {
            FieldPattern pattern = plan.fields().get(i).pattern();
            if (matches(pattern, path)
                    && (best < 0 || wins(plan.fields().get(i), plan.fields().get(best)))) {
                best = i;
            }
        }
        if (best < 0) {
            undeclared++;
            return null;
        }
        counts[best]++;
        return switch (plan.fields().get(best).transform().kind()) {
            case KEEP -> node;
            case DROP -> null;
            case REDACT ->
                node.isTextual()
                        ? JsonNodeFactory.instance.textNode("[redacted]")
                        : JsonNodeFactory.instance.nullNode();
            case MASK ->
                node.isNull() ? node : JsonNodeFactory.instance.textNode(new Mask(0, 0, '*').mask(node.asText()));
            default -> throw new AssertionError("the reference does not know it");
        };
    }

    /** Compared segment by segment from the left, by the words of the design. */
    private static boolean wins(FieldRule one, FieldRule other) {
        for (int i = 0; ; i++) {
            int mine = rank(one.pattern(), i);
            int theirs = rank(other.pattern(), i);
            if (mine != theirs) {
                return mine < theirs;
            }
            if (mine == 0) {
                TransformKind kind = one.transform().kind();
                return kind != other.transform().kind()
                        && kind.strictest(other.transform().kind()) == kind;
            }
        }
    }

    private static int rank(FieldPattern pattern, int i) {
        int size = pattern.segments().size();
        if (i >= size) {
            return i == size && pattern.subtree() ? 9 : 0;
        }
        Segment segment = pattern.segments().get(i);
        if (segment instanceof Segment.Literal) {
            return 1;
        }
        if (segment instanceof Segment.Choice) {
            return 2;
        }
        return segment instanceof Segment.Predicate ? 3 : 4;
    }

    private static boolean matches(FieldPattern pattern, List<Step> path) {
        int size = pattern.segments().size();
        if (pattern.subtree() ? path.size() < size : path.size() != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!matches(pattern.segments().get(i), path.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matches(Segment segment, Step step) {
        if (segment instanceof Segment.Literal literal) {
            return literal.name().equals(step.name());
        }
        if (segment instanceof Segment.Choice choice) {
            return step.container().isObject() && choice.matches(step.name());
        }
        if (segment instanceof Segment.Predicate predicate) {
            return step.container().isArray()
                    && step.child().isObject()
                    && values(step.child(), predicate.path()).stream().anyMatch(predicate::accepts);
        }
        return true;
    }

    private static List<String> values(JsonNode node, List<String> path) {
        List<String> values = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> values.addAll(values(element, path)));
        } else if (node.isObject()) {
            if (!path.isEmpty() && node.has(path.get(0))) {
                values.addAll(values(node.get(path.get(0)), path.subList(1, path.size())));
            }
        } else if (path.isEmpty() && !node.isNull()) {
            values.add(node.asText());
        }
        return values;
    }

    private static List<Step> longer(List<Step> path, Step step) {
        List<Step> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }
}
