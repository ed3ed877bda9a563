package io.sluice.core.audit;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was found inside the free texts of a view: kinds and numbers, never a value. Immutable.
 *
 * @param masked how many identifiers were masked, by kind
 * @param dropped how many texts did not go out, by reason
 */
public record TextFindings(SortedMap<String, Integer> masked, SortedMap<String, Integer> dropped) {
    /** Nothing was found, or nothing was looked for. */
    public static final TextFindings NONE = new TextFindings(new TreeMap<>(), new TreeMap<>());

    public TextFindings {
        masked = Collections.unmodifiableSortedMap(new TreeMap<>(masked));
        dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
    }

    /** Whether there is nothing to say. */
    public boolean isEmpty() {
        return masked.isEmpty() && dropped.isEmpty();
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        if (!masked.isEmpty()) {
            json.put("masked", masked);
        }
        if (!dropped.isEmpty()) {
            json.put("dropped", dropped);
        }
        return json;
    }
}
