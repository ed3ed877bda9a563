package io.sluice.audit.api;

import io.sluice.audit.access.Admission.Granted;
import io.sluice.audit.access.Visitor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that may be answered.
 *
 * @param path what stands in the places of the route's address
 * @param parameters of the query, each once
 * @param visitor who asks
 * @param granted what the policy said; null where it was not asked, for what holds nothing of the log
 * @param cookies of those that this server sets
 */
public record Question(
        Map<String, String> path,
        Map<String, String> parameters,
        Visitor visitor,
        @Nullable Granted granted,
        Map<String, String> cookies) {
    private static final int MAX_PARAMETERS = 20;
    /** Longest value of a parameter. */
    static final int MAX_CHARS = 200;

    public Question {
        path = Map.copyOf(path);
        parameters = Map.copyOf(parameters);
        cookies = Map.copyOf(cookies);
    }

    /**
     * Reads a query.
     *
     * @param query as sent; null for none
     * @param known the parameters that the route takes
     * @param maxChars longest value of one
     * @throws RefusedException for an unknown, repeated or endless parameter
     */
    public static Map<String, String> parameters(@Nullable String query, Set<String> known, int maxChars) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", MAX_PARAMETERS + 1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1)).strip();
            if (!known.contains(name)) {
                throw invalid(
                        known.isEmpty()
                                ? "This address takes no parameters."
                                : "A parameter is not known here. There are "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()) + ".");
            }
            if (value.length() > maxChars) {
                throw invalid("The parameter " + name + " has more than " + maxChars + " characters.");
            }
            if (parameters.putIfAbsent(name, value) != null) {
                throw invalid("The parameter " + name + " stands there twice.");
            }
        }
        parameters.values().removeIf(String::isEmpty); // a form sends its empty fields too
        return parameters;
    }

    /** A parameter; empty where it was not sent. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** What stands in a place of the address. */
    public String place(String name) {
        String text = path.get(name);
        if (text == null) {
            throw new IllegalArgumentException("the route has no place " + name);
        }
        return text;
    }

    /** A number that stands in a place of the address; nothing else is there. */
    public long number(String name) {
        String text = place(name);
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new RefusedException(ProblemCode.NOT_FOUND, "A number is expected in the place of " + name + ".");
        }
        return Long.parseLong(text);
    }

    static RefusedException invalid(String detail) {
        return new RefusedException(ProblemCode.REQUEST_INVALID, detail);
    }

    static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("The address is not percent-encoded UTF-8.");
        }
    }
}
