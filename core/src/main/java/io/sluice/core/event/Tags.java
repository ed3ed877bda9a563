package io.sluice.core.event;

import io.sluice.core.encoding.CanonicalJson;
import java.time.Instant;
import java.util.Collections;
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
    /** The CloudEvents version that each event names. */
    public static final String SPEC_VERSION = "1.0";

    public static final String EVENT_TYPE = "io.sluice.event.sealed";
    public static final String CHOICE_TYPE = "io.sluice.choice.sealed";

    public Tags {
        if (received.getNano() % 1_000 != 0) {
            throw new IllegalArgumentException("received has microseconds at most");
        }
        if (activation < 1) {
            throw new IllegalArgumentException("activation starts at 1");
        }
        attributes = attributes.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
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
        headers.put(Headers.CE_ACTIVATION, Long.toString(activation));
        if (!attributes.isEmpty()) {
            headers.put(Headers.CE_ATTRIBUTES, attributesText());
        }
        headers.put(Headers.CE_DATASET, dataset);
        headers.put(Headers.CE_ID, id);
        headers.put(Headers.CE_PRODUCER, producer);
        headers.put(Headers.CE_PURPOSE, purpose);
        headers.put(Headers.CE_RECEIVED, receivedText);
        headers.put(Headers.CE_SOURCE, source);
        headers.put(Headers.CE_SPECVERSION, SPEC_VERSION);
        if (subjectRef != null) {
            headers.put(Headers.CE_SUBJECTREF, subjectRef.value());
        }
        if (subjectRegion != null) {
            headers.put(Headers.CE_SUBJECTREGION, subjectRegion);
        }
        headers.put(Headers.CE_TIME, receivedText);
        headers.put(Headers.CE_TYPE, type);
        return headers;
    }

    /** The decision attributes as canonical JSON, the form of their header. */
    public String attributesText() {
        return CanonicalJson.text(attributes);
    }
}
