package io.sluice.gateway.parse;

import io.sluice.core.event.ClientEvent;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 attributes, however they travelled, checked against the specification (section "Context Attributes").
 * Messages name the attribute only where the specification does; the name of an extension is the producer's.
 */
final class Attributes {
    private static final Set<String> CORE =
            Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype");

    private final SortedMap<String, String> values;
    private final ParseLimits limits;

    Attributes(SortedMap<String, String> values, ParseLimits limits) {
        this.values = values;
        this.limits = limits;
    }

    /** The event of these attributes and data. */
    ClientEvent toEvent(String contentType, byte[] data) {
        if (!"1.0".equals(values.get("specversion"))) {
            throw invalid("specversion must be 1.0.");
        }
        return new ClientEvent(
                required("id"),
                required("source"),
                required("type"),
                optional("subject"),
                time(),
                contentType,
                extensions(),
                data);
    }

    private String required(String name) {
        String value = optional(name);
        if (value == null) {
            throw invalid(name + " is required and must not be empty.");
        }
        return value;
    }

    private @Nullable String optional(String name) {
        String value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value.isEmpty() || value.length() > limits.maxIdChars()) {
            throw invalid(name + " must have 1 to " + limits.maxIdChars() + " characters.");
        }
        return requireText(name, value);
    }

    private @Nullable String time() {
        String time = optional("time");
        if (time != null) {
            try {
                OffsetDateTime.parse(time);
            } catch (DateTimeParseException e) { // its message quotes the value, so it goes no further
                throw invalid("time must be an RFC 3339 timestamp, as 2026-01-31T12:00:00Z.");
            }
        }
        return time;
    }

    private SortedMap<String, String> extensions() {
        SortedMap<String, String> extensions = new TreeMap<>();
        for (Map.Entry<String, String> attribute : values.entrySet()) {
            if (!CORE.contains(attribute.getKey())) {
                extensions.put(requireName(attribute.getKey()), requireValue(attribute.getValue()));
            }
        }
        if (extensions.size() > limits.maxExtensions()) {
            throw invalid("An event has at most " + limits.maxExtensions() + " extension attributes.");
        }
        return extensions;
    }

    private static String requireName(String name) {
        if (name.isEmpty() || name.length() > 20 || !name.chars().allMatch(Attributes::isNameChar)) {
            throw invalid("The name of an extension attribute is 1 to 20 lower-case letters and digits.");
        }
        return name;
    }

    private static boolean isNameChar(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private String requireValue(String value) {
        if (value.length() > limits.maxExtensionChars()) {
            throw invalid(
                    "The value of an extension attribute has at most " + limits.maxExtensionChars() + " characters.");
        }
        return requireText("an extension attribute", value);
    }

    /** CloudEvents "String": no control characters, no lone surrogates. */
    static String requireText(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                throw invalid("A control character or a lone surrogate stands in " + what + ".");
            }
        }
        return value;
    }

    static RefusedException invalid(String detail) {
        return RefusedException.of(ProblemCode.CLOUDEVENT_INVALID, detail);
    }
}
