package io.sluice.audit.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** How often something was, when first and when last. Times of entries sort as texts: all are UTC in one form. Not thread-safe. */
final class Times {
    private long count;
    private String first = "";
    private String last = "";
    private long place = -1;

    /** When an entry occurred, else when it was recorded. */
    static String of(JsonNode entry) {
        return entry.path("time").asText(entry.path("recorded").asText(""));
    }

    /** The same as a time; empty where it is none. */
    static Optional<Instant> instant(JsonNode entry) {
        try {
            return Optional.of(Instant.parse(of(entry)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    void add(long at, JsonNode entry) {
        add(at, of(entry));
    }

    void add(long at, String time) {
        if (count == 0 || time.compareTo(first) < 0) {
            first = time;
        }
        if (count == 0 || time.compareTo(last) > 0) {
            last = time;
        }
        if (count == 0) {
            place = at;
        }
        count++;
    }

    long count() {
        return count;
    }

    String first() {
        return first;
    }

    String last() {
        return last;
    }

    /** The place of the first entry in the log. */
    long place() {
        return place;
    }
}
