package io.sluice.core.decision;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What of a record's envelope goes out with a view. The released id always does; it is a keyed hash.
 *
 * @param time the event's time of receipt
 * @param subject the subject reference
 * @param source what {@code source} names
 * @param key the Kafka key
 * @param policy whether the {@code sluice-policy} header names the revision
 */
public record Envelope(Time time, Subject subject, Source source, Key key, boolean policy) {
    /** Nothing but the id: the default. */
    public static final Envelope CLOSED = new Envelope(Time.YEAR, Subject.DROP, Source.DATASET, Key.ID, false);

    /** How precise the time is; also the record's Kafka timestamp. */
    public enum Time {
        KEEP,
        DAY,
        YEAR
    }

    /** Whether {@code subject} carries the subject reference. */
    public enum Subject {
        REF,
        DROP
    }

    /** Whether {@code source} names the producer or only the dataset. */
    public enum Source {
        PRODUCER,
        DATASET
    }

    /** Whether the Kafka key is the subject reference or the released id. */
    public enum Key {
        REF,
        ID
    }

    /** The JSON object of a plan. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("time", code(time));
        json.put("subject", code(subject));
        json.put("source", code(source));
        json.put("key", code(key));
        json.put("policy", policy);
        return json;
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
