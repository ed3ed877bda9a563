package io.sluice.policies.load;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is wrong, or strange, in a rulebook, and where.
 *
 * @param severity whether it keeps the rulebook from being built
 * @param file path below the rulebook folder
 * @param line from 1, 0 where it concerns the whole file
 * @param column from 1, 0 where it concerns the whole file
 * @param message one sentence for an officer
 */
public record Finding(Severity severity, String file, int line, int column, String message)
        implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .thenComparing(Finding::file)
            .thenComparingInt(Finding::line)
            .thenComparingInt(Finding::column)
            .thenComparing(Finding::message);

    /** How bad it is. */
    public enum Severity {
        /** The rulebook cannot be built. */
        ERROR,
        /** It can, but probably does not do what was meant. */
        WARNING
    }

    /** As compilers print it: {@code file:line:column: error: message}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + (severity == Severity.ERROR ? "error: " : "warning: ") + message;
    }

    /** The JSON object of a report. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("severity", severity.name().toLowerCase(java.util.Locale.ROOT));
        json.put("file", file);
        json.put("line", line);
        json.put("column", column);
        json.put("message", message);
        return json;
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
