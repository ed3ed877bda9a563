package io.sluice.policies.scenario;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A field of a view that is not as expected.
 *
 * @param recipient whose view
 * @param path JSON Pointer in the view
 * @param expected what the scenario says, as JSON text; {@link #ABSENT} where it does not name the field
 * @param actual what the recipient gets; {@link #ABSENT} where it does not get the field
 * @param because the rule that decides the field
 */
public record Difference(String recipient, String path, String expected, String actual, String because) {
    /** In place of a value that is not there. */
    public static final String ABSENT = "-";

    /** In one sentence. */
    String sentence() {
        String field = recipient + ": " + (path.isEmpty() ? "the view" : path);
        if (actual.equals(ABSENT)) {
            return field + " is not there, expected " + expected + " (" + because + ")";
        }
        return expected.equals(ABSENT)
                ? field + " is " + actual + ", and is not expected (" + because + ")"
                : field + " is " + actual + ", expected " + expected + " (" + because + ")";
    }

    /** As an object of {@code -o json}. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recipient", recipient);
        json.put("path", path);
        json.put("expected", expected);
        json.put("actual", actual);
        json.put("because", because);
        return json;
    }
}
