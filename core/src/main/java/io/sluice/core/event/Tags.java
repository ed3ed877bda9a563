package io.sluice.core.event;

import io.sluice.core.encoding.CanonicalJson;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
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
        forEachHeader(headers::put);
        return headers;
    }

    /** Tells name and value of each header, in the order of the names. */
    public void forEachHeader(BiConsumer<String, String> header) {
        String receivedText = timestamp(received);
        header.accept(Headers.CE_ACTIVATION, Long.toString(activation));
        if (!attributes.isEmpty()) {
            header.accept(Headers.CE_ATTRIBUTES, CanonicalJson.text(attributes));
        }
        header.accept(Headers.CE_DATASET, dataset);
        header.accept(Headers.CE_ID, id);
        header.accept(Headers.CE_PRODUCER, producer);
        header.accept(Headers.CE_PURPOSE, purpose);
        header.accept(Headers.CE_RECEIVED, receivedText);
        header.accept(Headers.CE_SOURCE, source);
        header.accept(Headers.CE_SPECVERSION, "1.0");
        if (subjectRef != null) {
            header.accept(Headers.CE_SUBJECTREF, subjectRef.value());
        }
        if (subjectRegion != null) {
            header.accept(Headers.CE_SUBJECTREGION, subjectRegion);
        }
        header.accept(Headers.CE_TIME, receivedText);
        header.accept(Headers.CE_TYPE, type);
    }
}
