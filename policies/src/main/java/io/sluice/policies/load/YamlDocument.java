package io.sluice.policies.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A rulebook file that reads well.
 *
 * @param path below the rulebook folder
 * @param kind what it is
 * @param json its content, typed by the schema
 * @param places where each value stands, by JSON Pointer
 */
public record YamlDocument(String path, FileKind kind, ObjectNode json, Map<String, Place> places) {
    /** A line and a column, from 1. */
    public record Place(int line, int column) {}

    /** A finding at a value; at the nearest parent that has a place. */
    public Finding finding(Finding.Severity severity, String pointer, String message) {
        String at = pointer;
        Place place = places.get(at);
        while (place == null && !at.isEmpty()) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
            place = places.get(at);
        }
        return place == null
                ? new Finding(severity, path, 0, 0, message)
                : new Finding(severity, path, place.line(), place.column(), message);
    }

    /** An error at a value. */
    public Finding error(String pointer, String message) {
        return finding(Finding.Severity.ERROR, pointer, message);
    }

    /** A warning at a value. */
    public Finding warning(String pointer, String message) {
        return finding(Finding.Severity.WARNING, pointer, message);
    }

    /** A note at a value. */
    public Finding note(String pointer, String message) {
        return finding(Finding.Severity.NOTE, pointer, message);
    }

    /** A pointer's token for a member name (RFC 6901). */
    public static String token(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
