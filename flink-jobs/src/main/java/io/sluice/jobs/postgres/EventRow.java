package io.sluice.jobs.postgres;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.jobs.released.ReleasedEvent;
import io.sluice.jobs.released.ReleasedEvent.Attribute;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event as its row holds it.
 *
 * @param id the released id
 * @param source CloudEvents source
 * @param type CloudEvents type
 * @param subject CloudEvents subject
 * @param time CloudEvents time, microseconds
 * @param contentType media type of the data
 * @param extensions all other attributes as canonical JSON, null where there are none
 * @param json the data's own text where it is JSON
 * @param binary the data where it is not
 * @param partition partition of the recipient's topic
 * @param offset offset there
 */
record EventRow(
        String id,
        @Nullable String source,
        @Nullable String type,
        @Nullable String subject,
        @Nullable Instant time,
        @Nullable String contentType,
        @Nullable String extensions,
        @Nullable String json,
        byte @Nullable [] binary,
        int partition,
        long offset) {
    /** The row of an event. */
    static EventRow of(ReleasedEvent event) {
        byte[] data = event.data();
        boolean json = event.isJson();
        Instant time = event.time();
        return new EventRow(
                event.id(),
                event.attribute(Attribute.SOURCE),
                event.attribute(Attribute.TYPE),
                event.attribute(Attribute.SUBJECT),
                time == null ? null : time.truncatedTo(ChronoUnit.MICROS),
                event.attribute(Attribute.DATACONTENTTYPE),
                extensions(event),
                data != null && json ? new String(data, StandardCharsets.UTF_8) : null,
                json ? null : data,
                event.partition(),
                event.offset());
    }

    private static @Nullable String extensions(ReleasedEvent event) {
        SortedMap<String, String> extensions = new TreeMap<>(event.attributes());
        for (Attribute named : Attribute.values()) {
            extensions.remove(named.attributeName());
        }
        return extensions.isEmpty() ? null : CanonicalJson.text(extensions);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EventRow that
                && id.equals(that.id)
                && Objects.equals(source, that.source)
                && Objects.equals(type, that.type)
                && Objects.equals(subject, that.subject)
                && Objects.equals(time, that.time)
                && Objects.equals(contentType, that.contentType)
                && Objects.equals(extensions, that.extensions)
                && Objects.equals(json, that.json)
                && Arrays.equals(binary, that.binary)
                && partition == that.partition
                && offset == that.offset;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, partition, offset);
    }

    @Override
    public String toString() {
        return "EventRow[" + partition + "/" + offset + "]";
    }
}
