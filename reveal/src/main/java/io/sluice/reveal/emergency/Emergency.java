package io.sluice.reveal.emergency;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An emergency access whose review is open: what {@code reveal.emergencies} holds under its id ({@code
 * docs/specs/reveal-api.md}). A closed review leaves a tombstone; what happened stands in the audit log.
 *
 * @param id UUIDv7 text, the id of the entry that opened it
 * @param caller caller id of who opened it, and alone may use it
 * @param purpose what for
 * @param reason in the caller's words
 * @param opened when
 * @param until from then on it reveals nothing
 * @param reviewBy when its review falls due
 */
public record Emergency(
        String id, String caller, String purpose, String reason, Instant opened, Instant until, Instant reviewBy) {
    private static final String FORMAT = "sluice-emergency-1";

    /** The file's JSON. */
    private record Content(
            String format,
            String id,
            String caller,
            String purpose,
            String reason,
            String opened,
            String until,
            String reviewBy) {}

    /** Whether it still reveals. */
    public boolean open(Instant now) {
        return now.isBefore(until);
    }

    /** Whether its review is late. */
    public boolean overdue(Instant now) {
        return now.isAfter(reviewBy);
    }

    /** The JSON object of answers. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("caller", caller);
        json.put("purpose", purpose);
        json.put("reason", reason);
        json.put("opened", opened.toString());
        json.put("until", until.toString());
        json.put("reviewBy", reviewBy.toString());
        return json;
    }

    /** The record's value: canonical JSON. */
    public byte[] toBytes() {
        Map<String, Object> json = toJson();
        json.put("format", FORMAT);
        return CanonicalJson.bytes(json);
    }

    /** Reads a record's value. @throws IllegalArgumentException where it is none, saying no more than that */
    public static Emergency of(byte[] value) {
        try {
            Content read = StrictJson.read(value, Content.class);
            if (!FORMAT.equals(read.format)) {
                throw new IllegalArgumentException("not of the form " + FORMAT);
            }
            return new Emergency(
                    read.id,
                    read.caller,
                    read.purpose,
                    read.reason,
                    Instant.parse(read.opened),
                    Instant.parse(read.until),
                    Instant.parse(read.reviewBy));
        } catch (MalformedJsonException | DateTimeException | NullPointerException e) {
            throw new IllegalArgumentException("not an emergency access of the form " + FORMAT, e);
        }
    }
}
