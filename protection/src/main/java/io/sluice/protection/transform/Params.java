package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of one rule, strictly read: a wrong type or a name that nobody asked for refuses the plan. */
final class Params {
    private final FieldRule rule;
    private final Map<String, Object> values;
    private final Set<String> unread;

    Params(FieldRule rule) {
        this.rule = rule;
        this.values = rule.transform().params();
        this.unread = new HashSet<>(values.keySet());
    }

    int integer(String name, int fallback, int min, int max) throws PlanRefusedException {
        Object value = take(name);
        if (value == null) {
            return fallback;
        }
        boolean integer = value instanceof Integer || value instanceof Long;
        long number = integer ? ((Number) value).longValue() : Long.MIN_VALUE;
        if (number < min || number > max) {
            throw refused("parameter " + name + " must be an integer from " + min + " to " + max);
        }
        return (int) number;
    }

    String text(String name, String fallback) throws PlanRefusedException {
        Object value = take(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw refused("parameter " + name + " must be a text");
    }

    String required(String name) throws PlanRefusedException {
        if (!values.containsKey(name)) {
            throw refused("parameter " + name + " is missing");
        }
        return text(name, "");
    }

    boolean flag(String name) throws PlanRefusedException {
        Object value = take(name);
        if (value != null && !(value instanceof Boolean)) {
            throw refused("parameter " + name + " must be true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    Set<String> texts(String name) throws PlanRefusedException {
        Set<String> texts = new HashSet<>();
        if (!(take(name) instanceof List<?> list)) {
            throw refused("parameter " + name + " must be a list of texts");
        }
        for (Object element : list) {
            if (!(element instanceof String text)) {
                throw refused("parameter " + name + " must be a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A parameter that documents and does nothing. */
    void ignore(String name) {
        unread.remove(name);
    }

    void requireNoneLeft() throws PlanRefusedException {
        if (!unread.isEmpty()) {
            throw refused("unknown parameter " + unread.iterator().next());
        }
    }

    PlanRefusedException refused(String why) {
        return new PlanRefusedException(
                "rule " + rule.rule() + ", " + rule.transform().name() + ": " + why);
    }

    private @Nullable Object take(String name) {
        unread.remove(name);
        return values.get(name);
    }
}
