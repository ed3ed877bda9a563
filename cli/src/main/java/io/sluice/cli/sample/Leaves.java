package io.sluice.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.policies.load.YamlDocument;
import java.util.function.BiConsumer;

/** The leaves of a payload: values, and what is empty. Stateless. */
final class Leaves {
    private Leaves() {}

    /** Calls with each leaf's path, an element of a list as {@code *}, and its value. */
    static void each(JsonNode json, BiConsumer<String, JsonNode> leaf) {
        each("", json, leaf);
    }

    private static void each(String path, JsonNode json, BiConsumer<String, JsonNode> leaf) {
        if (json.isEmpty() && !path.isEmpty()) {
            leaf.accept(path, json);
        }
        json.properties()
                .forEach(member -> each(path + "/" + YamlDocument.token(member.getKey()), member.getValue(), leaf));
        if (json.isArray()) {
            json.forEach(element -> each(path + "/*", element, leaf));
        }
    }
}
