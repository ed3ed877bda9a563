package io.sluice.audit.api;

import io.sluice.core.decision.AccessInput.Act;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An address and what answers there.
 *
 * @param template as {@code /api/v1/entries/{index}}
 * @param act what is read there; null for what holds nothing of the log: then neither policy nor log is asked
 * @param parameters of the query
 * @param maxChars longest value of a parameter
 * @param told what the entry of the reading says was asked; codes, ids and references only
 * @param handler answers; blocks
 */
public record Route(
        String template,
        @Nullable Act act,
        Set<String> parameters,
        int maxChars,
        Function<Question, String> told,
        Function<Question, Reply> handler) {
    public Route {
        parameters = Set.copyOf(parameters);
    }

    /** Something of the log. */
    public static Route reading(
            String template,
            Act act,
            Set<String> parameters,
            Function<Question, String> told,
            Function<Question, Reply> handler) {
        return new Route(template, act, parameters, Question.MAX_CHARS, told, handler);
    }

    /** Nothing of the log. */
    public static Route plain(String template, Function<Question, Reply> handler) {
        return plain(template, Set.of(), Question.MAX_CHARS, handler);
    }

    /** The same, with parameters of the query. */
    public static Route plain(
            String template, Set<String> parameters, int maxChars, Function<Question, Reply> handler) {
        return new Route(template, null, parameters, maxChars, question -> "", handler);
    }

    /** What stands in the template's places, where a path is one of this route. */
    public Optional<Map<String, String>> match(String path) {
        List<String> wanted = List.of(template.split("/", -1));
        List<String> given = List.of(path.split("/", -1));
        if (wanted.size() != given.size()) {
            return Optional.empty();
        }
        Map<String, String> places = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String part = wanted.get(i);
            if (part.startsWith("{")) {
                places.put(part.substring(1, part.length() - 1), Question.decode(given.get(i)));
            } else if (!part.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(places);
    }
}
