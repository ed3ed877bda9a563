package io.sluice.core.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own words about an event: the {@code ce_*} headers of an ingress record and, in the same form, the
 * associated data of its seal. Nothing of a producer's stands here but codes of closed lists.
 *
 * @param id keyed hash of (producer, source, id) of the event
 * @param source the gateway, as a URN
 * @param type {@link #EVENT_TYPE} or {@link #CHOICE_TYPE}
 * @param dataset dataset id; for a choice the controller's id stands in {@code attributes}
 * @param producer producer id, from its verified certificate
 * @param purpose collection purpose
 * @param subjectRef primary subject, null where the event has none
 * @param subjectRegion region code of the subject, null where unknown
 * @param received when the gateway accepted it, UTC, microseconds
 * @param activation the activation that decides it
 * @param attributes decision attributes: codes only
 */
public record Tags(
        String id,
        String source,
        String type,
        String dataset,
        String producer,
        String purpose,
        @Nullable SubjectRef subjectRef,
        @Nullable String subjectRegion,
        Instant received,
        long activation,
        SortedMap<String, String> attributes) {
    /** How many headers every record has. */
    private static final int ALWAYS = 10;

    public static final String EVENT_TYPE = "io.sluice.event.sealed";
    public static final String CHOICE_TYPE = "io.sluice.choice.sealed";

    public Tags {
        if (received.getNano() % 1_000 != 0) {
            throw new IllegalArgumentException("received has microseconds at most");
        }
        if (activation < 1) {
            throw new IllegalArgumentException("activation starts at 1");
        }
        attributes = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** The record key in Kafka: the subject where there is one, else the event. */
    public String kafkaKey() {
        return subjectRef == null ? id : subjectRef.value();
    }

    /** Whether this is a subject's choice and not an event. */
    public boolean isChoice() {
        return type.equals(CHOICE_TYPE);
    }

    /** RFC 3339 in UTC with microseconds, the one form of all times in tags and entries. */
    public static String timestamp(Instant instant) {
        return Timestamps.format(instant);
    }

    /** The headers, sorted by name. */
    public SortedMap<String, String> toHeaders() {
        SortedMap<String, String> headers = new TreeMap<>();
        String receivedText = timestamp(received);
        headers.put(Headers.CE_SPECVERSION, "1.0");
        headers.put(Headers.CE_ID, id);
        headers.put(Headers.CE_SOURCE, source);
        headers.put(Headers.CE_TYPE, type);
        headers.put(Headers.CE_TIME, receivedText);
        headers.put(Headers.CE_DATASET, dataset);
        headers.put(Headers.CE_PRODUCER, producer);
        headers.put(Headers.CE_PURPOSE, purpose);
        headers.put(Headers.CE_RECEIVED, receivedText);
        headers.put(Headers.CE_ACTIVATION, Long.toString(activation));
        if (subjectRef != null) {
            headers.put(Headers.CE_SUBJECTREF, subjectRef.value());
        }
        if (subjectRegion != null) {
            headers.put(Headers.CE_SUBJECTREGION, subjectRegion);
        }
        if (!attributes.isEmpty()) {
            headers.put(Headers.CE_ATTRIBUTES, CanonicalJson.text(attributes));
        }
        return headers;
    }

    /**
     * Reads headers back. Empty where one is missing, unknown, doubled in meaning or not in its one canonical form: the
     * result's {@link #toHeaders} equals the argument.
     */
    public static Optional<Tags> ofHeaders(Map<String, String> headers) {
        try {
            String subject = headers.get(Headers.CE_SUBJECTREF);
            Tags tags = new Tags(
                    required(headers, Headers.CE_ID),
                    required(headers, Headers.CE_SOURCE),
                    required(headers, Headers.CE_TYPE),
                    required(headers, Headers.CE_DATASET),
                    required(headers, Headers.CE_PRODUCER),
                    required(headers, Headers.CE_PURPOSE),
                    subject == null ? null : new SubjectRef(subject),
                    headers.get(Headers.CE_SUBJECTREGION),
                    Timestamps.parse(required(headers, Headers.CE_RECEIVED)),
                    Long.parseLong(required(headers, Headers.CE_ACTIVATION)),
                    attributes(headers.get(Headers.CE_ATTRIBUTES)));
            return tags.isFormOf(headers) ? Optional.of(tags) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException | MalformedJsonException e) {
            return Optional.empty(); // the caller quarantines it as header-invalid; the fault is in the stored bytes
        }
    }

    /** Whether {@link #toHeaders} would give these headers, of which these tags were read; without writing them again. */
    private boolean isFormOf(Map<String, String> headers) {
        int optional = (subjectRef == null ? 0 : 1) + (subjectRegion == null ? 0 : 1) + (attributes.isEmpty() ? 0 : 1);
        return headers.size() == ALWAYS + optional
                && (type.equals(EVENT_TYPE) || type.equals(CHOICE_TYPE))
                && "1.0".equals(headers.get(Headers.CE_SPECVERSION))
                && Objects.equals(headers.get(Headers.CE_TIME), headers.get(Headers.CE_RECEIVED))
                && Long.toString(activation).equals(headers.get(Headers.CE_ACTIVATION))
                && (attributes.isEmpty() || CanonicalJson.text(attributes).equals(headers.get(Headers.CE_ATTRIBUTES)));
    }

    private static String required(Map<String, String> headers, String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static SortedMap<String, String> attributes(@Nullable String json) throws MalformedJsonException {
        SortedMap<String, String> attributes = new TreeMap<>();
        if (json != null) {
            for (Map.Entry<String, JsonNode> member :
                    StrictJson.read(json.getBytes(StandardCharsets.UTF_8)).properties()) {
                if (!member.getValue().isTextual()) {
                    throw new IllegalArgumentException("An attribute is a string");
                }
                attributes.put(member.getKey(), member.getValue().textValue());
            }
        }
        return attributes;
    }
}
