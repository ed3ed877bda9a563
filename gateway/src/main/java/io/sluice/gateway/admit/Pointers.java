package io.sluice.gateway.admit;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The JSON Pointers (RFC 6901) of the rulebook, each compiled once and not for every event. Never given one of a
 * producer's making. Thread-safe; starts anew beyond {@value #MAX_POINTERS}, which many revisions may come to.
 */
public final class Pointers {
    static final int MAX_POINTERS = 4_096;

    private static final Map<String, JsonPointer> COMPILED = new ConcurrentHashMap<>();

    private Pointers() {}

    /** The pointer of a text. @throws IllegalArgumentException where it is none */
    public static JsonPointer of(String text) {
        JsonPointer known = COMPILED.get(text);
        if (known != null) {
            return known;
        }
        JsonPointer pointer = JsonPointer.compile(text);
        if (COMPILED.size() >= MAX_POINTERS) {
            COMPILED.clear();
        }
        COMPILED.put(text, pointer);
        return pointer;
    }
}
