package io.sluice.policies.load;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong, strange or worth knowing in a rulebook, and where.
 *
 * @param severity whether somebody has to do something about it
 * @param file path below the rulebook folder
 * @param line from 1, 0 where it concerns the whole file
 * @param column from 1, 0 where it concerns the whole file
 * @param message what, in one sentence for an officer
 * @param why what follows from it, or the clause behind it; null where the message says so
 * @param fix what to do; null where the message says so
 */
public record Finding(
        Severity severity,
        String file,
        int line,
        int column,
        String message,
        @Nullable String why,
        @Nullable String fix)
        implements Comparable<Finding> {
    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::severity)
            .thenComparing(Finding::file)
            .thenComparingInt(Finding::line)
            .thenComparingInt(Finding::column)
            .thenComparing(Finding::message);

    /** How bad it is. */
    public enum Severity {
        /** It has to be corrected. */
        ERROR,
        /** It probably does not do what was meant. */
        WARNING,
        /** Worth knowing. */
        NOTE;

        /** The word for people and programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One whose message says everything. */
    public Finding(Severity severity, String file, int line, int column, String message) {
        this(severity, file, line, column, message, null, null);
    }

    /** The same with what follows from it. */
    public Finding because(String reason) {
        return new Finding(severity, file, line, column, message, reason, fix);
    }

    /** The same with what to do. */
    public Finding fixedBy(String remedy) {
        return new Finding(severity, file, line, column, message, why, remedy);
    }

    /** {@code file:line:column}, or the file alone. */
    public String place() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }

    /** As compilers print it: {@code file:line:column: error: message}. */
    @Override
    public String toString() {
        return place() + ": " + severity.word() + ": " + message;
    }

    /** For people: that line, and below it why and what to do. */
    public String text() {
        return this + (why == null ? "" : "\n    why: " + why) + (fix == null ? "" : "\n    fix: " + fix);
    }

    /** The JSON object of a report. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("severity", severity.word());
        json.put("file", file);
        json.put("line", line);
        json.put("column", column);
        json.put("message", message);
        if (why != null) {
            json.put("why", why);
        }
        if (fix != null) {
            json.put("fix", fix);
        }
        return json;
    }

    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
