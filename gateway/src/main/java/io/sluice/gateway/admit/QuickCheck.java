package io.sluice.gateway.admit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says of most payloads that follow their schema that they do, in a fraction of the validator's time. It never passes what
 * the validator refuses; what it does not pass the validator decides, which also finds the place and the rule. Made of the
 * keywords of JSON Schema 2020-12 that schemas of payloads mostly have; a schema with any other has no quick check.
 * Immutable, thread-safe.
 */
final class QuickCheck {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private final List<Predicate<JsonNode>> rules;

    private QuickCheck(List<Predicate<JsonNode>> rules) {
        this.rules = rules;
    }

    /** The quick check of a schema that the validator took; null where there is none. */
    static @Nullable QuickCheck of(JsonNode schema) {
        if (!schema.isObject()) {
            return null;
        }
        List<Predicate<JsonNode>> rules = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            Predicate<JsonNode> rule = rule(keyword.getKey(), keyword.getValue());
            if (rule == null) {
                return null;
            }
            rules.add(rule);
        }
        return new QuickCheck(List.copyOf(rules));
    }

    /** Whether a payload surely follows the schema. */
    boolean passes(JsonNode payload) {
        for (int i = 0; i < rules.size(); i++) { // no iterator for every member of every payload
            if (!rules.get(i).test(payload)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Predicate<JsonNode> rule(String keyword, JsonNode value) {
        return switch (keyword) {
            case "$schema" -> DIALECT.equals(value.textValue()) ? payload -> true : null;
            case "$id", "$comment", "title", "description" -> payload -> true;
            case "type" -> value.isTextual() ? type(value.textValue()) : null;
            case "const" -> oneOf(List.of(value));
            case "enum" -> value.isArray() ? oneOf(value) : null;
            case "pattern" -> value.isTextual() ? pattern(value.textValue()) : null;
            case "minLength" -> length(value, least -> chars -> chars >= least);
            case "maxLength" -> length(value, most -> chars -> chars <= most);
            case "minimum" -> minimum(value);
            case "minItems" -> size(value, least -> items -> items >= least);
            case "maxItems" -> size(value, most -> items -> items <= most);
            case "items" -> items(value);
            case "required" -> required(value);
            case "properties" -> properties(value);
            default -> null;
        };
    }

    private static @Nullable Predicate<JsonNode> type(String name) {
        return switch (name) {
            case "object" -> JsonNode::isObject;
            case "array" -> JsonNode::isArray;
            case "string" -> JsonNode::isTextual;
            case "boolean" -> JsonNode::isBoolean;
            case "number" -> JsonNode::isNumber;
            case "integer" -> JsonNode::isIntegralNumber; // 1.0 is one too: for the validator to say
            default -> null;
        };
    }

    /** Of strings only: what else is equal is for the validator to say. */
    private static @Nullable Predicate<JsonNode> oneOf(Iterable<JsonNode> values) {
        Set<String> texts = new HashSet<>();
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                return null;
            }
            texts.add(value.textValue());
        }
        return payload -> payload.isTextual() && texts.contains(payload.textValue());
    }

    private static Predicate<JsonNode> pattern(String regex) {
        BoundedPattern pattern = new BoundedPattern(regex);
        return payload -> !payload.isTextual() || pattern.matches(payload.textValue());
    }

    private interface Bound {
        IntPredicate at(int limit);
    }

    private static @Nullable Predicate<JsonNode> length(JsonNode limit, Bound bound) {
        if (!limit.isInt()) {
            return null;
        }
        IntPredicate fits = bound.at(limit.intValue());
        return payload -> {
            String text = payload.textValue(); // null of all but strings
            return text == null || fits.test(text.codePointCount(0, text.length()));
        };
    }

    private static @Nullable Predicate<JsonNode> size(JsonNode limit, Bound bound) {
        if (!limit.isInt()) {
            return null;
        }
        IntPredicate fits = bound.at(limit.intValue());
        return payload -> !payload.isArray() || fits.test(payload.size());
    }

    /** Of integers of 64 bits: to compare others is for the validator. */
    private static @Nullable Predicate<JsonNode> minimum(JsonNode limit) {
        if (!limit.isInt()) {
            return null;
        }
        long least = limit.longValue();
        return payload -> !payload.isNumber() || (payload.isInt() || payload.isLong()) && payload.longValue() >= least;
    }

    private static @Nullable Predicate<JsonNode> items(JsonNode schema) {
        QuickCheck each = of(schema);
        if (each == null) {
            return null;
        }
        return payload -> {
            if (payload.isArray()) {
                for (int i = 0; i < payload.size(); i++) {
                    if (!each.passes(payload.get(i))) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    private static @Nullable Predicate<JsonNode> required(JsonNode names) {
        List<String> all = new ArrayList<>();
        for (JsonNode name : names) {
            if (!name.isTextual()) {
                return null;
            }
            all.add(name.textValue());
        }
        return payload -> {
            if (payload.isObject()) {
                for (String name : all) {
                    if (!payload.has(name)) {
                        return false;
                    }
                }
            }
            return true;
        };
    }

    private static @Nullable Predicate<JsonNode> properties(JsonNode schemas) {
        Map<String, QuickCheck> checks = new HashMap<>();
        for (Map.Entry<String, JsonNode> property : schemas.properties()) {
            QuickCheck check = of(property.getValue());
            if (check == null) {
                return null;
            }
            checks.put(property.getKey(), check);
        }
        List<Map.Entry<String, QuickCheck>> all = List.copyOf(checks.entrySet());
        return payload -> {
            for (Map.Entry<String, QuickCheck> property : all) {
                JsonNode member = payload.get(property.getKey()); // null of all but objects
                if (member != null && !property.getValue().passes(member)) {
                    return false;
                }
            }
            return true;
        };
    }
}
