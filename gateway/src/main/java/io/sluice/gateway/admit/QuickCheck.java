package io.sluice.gateway.admit;

import static io.sluice.core.encoding.JsonOutline.ARRAY;
import static io.sluice.core.encoding.JsonOutline.BOOLEAN;
import static io.sluice.core.encoding.JsonOutline.DECIMAL;
import static io.sluice.core.encoding.JsonOutline.INTEGER;
import static io.sluice.core.encoding.JsonOutline.OBJECT;
import static io.sluice.core.encoding.JsonOutline.ROOT;
import static io.sluice.core.encoding.JsonOutline.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.JsonOutline;
import io.sluice.core.encoding.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of most payloads that follow their schema that they do, from their outline and in a fraction of the validator's time.
 * It never passes what the validator refuses; what it does not pass the validator decides, which also finds the place and the
 * rule. Made of the keywords of JSON Schema 2020-12 that schemas of payloads mostly have; a schema with any other has no quick
 * check. Immutable, thread-safe.
 */
final class QuickCheck {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final int ANY_KIND = -1;

    /** Passes everything. */
    static final QuickCheck ANYTHING = new QuickCheck(ANY_KIND, List.of());

    /** What a keyword asks of a value. */
    @FunctionalInterface
    interface Rule {
        boolean holds(JsonOutline text, int value);
    }

    /** A bit for each kind that a value may have. */
    private final int kinds;

    private final Rule[] rules;

    private QuickCheck(int kinds, List<Rule> rules) {
        this.kinds = kinds;
        this.rules = rules.toArray(Rule[]::new);
    }

    /** The quick check of a schema that the validator took; null where there is none. */
    static @Nullable QuickCheck of(JsonNode schema) {
        if (!schema.isObject()) {
            return null;
        }
        int kinds = ANY_KIND;
        List<Rule> rules = new ArrayList<>();
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode value = keyword.getValue();
            switch (keyword.getKey()) {
                case "$schema":
                    if (!DIALECT.equals(value.textValue())) {
                        return null;
                    }
                    break;
                case "$id", "$comment", "title", "description":
                    break;
                case "type":
                    kinds = kinds(value.textValue());
                    if (kinds == 0) {
                        return null;
                    }
                    break;
                case "required", "properties": // together, below
                    break;
                default:
                    Rule rule = rule(keyword.getKey(), value);
                    if (rule == null) {
                        return null;
                    }
                    rules.add(rule);
            }
        }
        if (schema.has("required") || schema.has("properties")) {
            MemberRule members = MemberRule.of(schema.path("required"), schema.path("properties"));
            if (members == null) {
                return null;
            }
            rules.add(members);
        }
        return new QuickCheck(kinds, rules);
    }

    /** Whether a payload surely follows the schema. */
    boolean passes(JsonOutline payload) {
        return passes(payload, ROOT);
    }

    boolean passes(JsonOutline text, int value) {
        if ((kinds & 1 << text.kind(value)) == 0) {
            return false;
        }
        for (Rule rule : rules) {
            if (!rule.holds(text, value)) {
                return false;
            }
        }
        return true;
    }

    private static int kinds(@Nullable String type) {
        return switch (type == null ? "" : type) {
            case "object" -> 1 << OBJECT;
            case "array" -> 1 << ARRAY;
            case "string" -> 1 << STRING;
            case "boolean" -> 1 << BOOLEAN;
            case "number" -> 1 << INTEGER | 1 << DECIMAL;
            case "integer" -> 1 << INTEGER; // 1.0 is one too: for the validator to say
            default -> 0;
        };
    }

    private static @Nullable Rule rule(String keyword, JsonNode value) {
        return switch (keyword) {
            case "const" -> oneOf(List.of(value));
            case "enum" -> value.isArray() ? oneOf(value) : null;
            case "pattern" -> value.isTextual() ? pattern(value.textValue()) : null;
            case "minLength" -> value.isInt() ? length(value.intValue(), Integer.MAX_VALUE) : null;
            case "maxLength" -> value.isInt() ? length(0, value.intValue()) : null;
            case "minimum" -> value.isInt() ? new Minimum(value.intValue()) : null;
            case "minItems" -> value.isInt() ? size(value.intValue(), Integer.MAX_VALUE) : null;
            case "maxItems" -> value.isInt() ? size(0, value.intValue()) : null;
            case "items" -> items(value);
            default -> null;
        };
    }

    /** Of strings only: what else is equal is for the validator to say. */
    private static @Nullable Rule oneOf(Iterable<JsonNode> values) {
        Set<String> texts = new HashSet<>();
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                return null;
            }
            texts.add(value.textValue());
        }
        Words words = Words.of(texts);
        return (text, value) -> text.kind(value) == STRING && text.textIn(value, words) >= 0;
    }

    private static Rule pattern(String regex) {
        BoundedPattern pattern = new BoundedPattern(regex);
        AsciiPattern quick = AsciiPattern.of(regex);
        return (text, value) -> text.kind(value) != STRING
                || quick != null
                        && text.isPlain(value)
                        && quick.matches(text.bytes(), text.from(value), text.end(value))
                || pattern.matches(text.text(value));
    }

    /** In code points (JSON Schema 2020-12, validation 6.3.1). */
    private static Rule length(int least, int most) {
        return (text, value) -> {
            if (text.kind(value) != STRING) {
                return true;
            }
            int chars = text.codePoints(value);
            return chars >= least && chars <= most;
        };
    }

    private static Rule size(int least, int most) {
        return (text, value) -> text.kind(value) != ARRAY || text.size(value) >= least && text.size(value) <= most;
    }

    private static @Nullable Rule items(JsonNode schema) {
        QuickCheck each = of(schema);
        if (each == null) {
            return null;
        }
        return (text, value) -> {
            if (text.kind(value) == ARRAY) {
                int item = text.first(value);
                for (int left = text.size(value); left > 0; left--) {
                    if (!each.passes(text, item)) {
                        return false;
                    }
                    item = text.next(item);
                }
            }
            return true;
        };
    }
}
