package io.sluice.audit.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.IngressPosition;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Addresses of the console's pages. Stateless. */
final class Addresses {
    private Addresses() {}

    static String entry(long index) {
        return "/console/entries/" + index;
    }

    static String subject(String reference) {
        return "/console/subjects/" + encoded(reference);
    }

    /** A search by one thing. */
    static String search(String name, String value) {
        return with("/console/search", Map.of(name, value));
    }

    /** The record view of an entry; empty where it is no record's. */
    static Optional<String> record(JsonNode entry) {
        String id = entry.path("id").asText("");
        if (entry.path("recipients").isEmpty()) {
            return Optional.empty();
        }
        try {
            IngressPosition position = IngressPosition.ofEntryId(id);
            int mark = id.indexOf('#');
            return Optional.of("/console/records/" + position.generation() + "/" + position.partition() + "/"
                    + position.offset() + (mark < 0 ? "" : "?attempt=" + id.substring(mark + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // an act
        }
    }

    /** A path with parameters. */
    static String with(String path, Map<String, String> parameters) {
        return parameters.isEmpty()
                ? path
                : path + "?"
                        + parameters.entrySet().stream()
                                .map(pair -> encoded(pair.getKey()) + "=" + encoded(pair.getValue()))
                                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
