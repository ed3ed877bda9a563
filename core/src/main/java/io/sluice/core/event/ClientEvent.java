package io.sluice.core.event;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a producer sent, CloudEvents 1.0 attributes and data. From the gateway on it exists in clear only in the memory of
 * the task that protects it; hence {@link #toString} shows nothing of it. The data array is shared, never changed.
 *
 * @param id the producer's own event id
 * @param source the producer's own source
 * @param type the event's type
 * @param subject the producer's own subject, null where absent
 * @param time as the producer wrote it, null where absent
 * @param contentType media type of {@code data}
 * @param extensions CloudEvents extension attributes
 * @param data the payload bytes, as received
 */
public record ClientEvent(
        String id,
        String source,
        String type,
        @Nullable String subject,
        @Nullable String time,
        String contentType,
        SortedMap<String, String> extensions,
        byte[] data) {
    public ClientEvent {
        Objects.requireNonNull(data, "data is null");
        extensions = extensions.isEmpty()
                ? Collections.emptySortedMap() // as most events have
                : Collections.unmodifiableSortedMap(new TreeMap<>(extensions));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientEvent that
                && id.equals(that.id)
                && source.equals(that.source)
                && type.equals(that.type)
                && Objects.equals(subject, that.subject)
                && Objects.equals(time, that.time)
                && contentType.equals(that.contentType)
                && extensions.equals(that.extensions)
                && java.util.Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, source, java.util.Arrays.hashCode(data));
    }

    @Override
    public String toString() {
        return "ClientEvent[" + data.length + " bytes]";
    }
}
