package io.sluice.jobs.released;

import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Headers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One record of a recipient's topic: a CloudEvent 1.0. Map and array are shared, never changed.
 *
 * @param recipient whose it is
 * @param partition partition of the recipient's topic
 * @param offset its offset there
 * @param attributes context attributes by their names in the JSON format, {@code specversion} included
 * @param data the event's data as it stands in the topic, null where there is none
 */
public record ReleasedEvent(
        String recipient, int partition, long offset, SortedMap<String, String> attributes, byte @Nullable [] data) {
    /** CloudEvents attribute names have no hyphen. */
    private static final String POLICY_ATTRIBUTE = "sluicepolicy";
    /** Longest {@code id} and {@code subject}, in characters: what every index of a recipient takes. */
    private static final int MAX_KEY_CHARS = 512;

    private static final int LAST_YEAR = 9_999;

    /**
     * Reads a record. Empty where it is no CloudEvent in binary mode, or one with an attribute that CloudEvents 1.0 does not
     * allow (a control character, a time that is none): nobody but the protect job may write here, and it writes none.
     */
    public static Optional<ReleasedEvent> of(String recipient, ConsumerRecord<byte[], byte[]> record) {
        SortedMap<String, String> attributes = new TreeMap<>();
        for (Header header : record.headers()) {
            String name = attribute(header.key());
            if (name != null && header.value() != null) {
                attributes.put(name, new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return isEvent(attributes)
                ? Optional.of(
                        new ReleasedEvent(recipient, record.partition(), record.offset(), attributes, record.value()))
                : Optional.empty();
    }

    /** An attribute, null where the event has none of that name. */
    public @Nullable String attribute(Attribute attribute) {
        return attributes.get(attribute.attributeName());
    }

    /** The event's id: released ids are unique within a recipient's topic. */
    public String id() {
        return java.util.Objects.requireNonNull(attribute(Attribute.ID), "an event has an id");
    }

    /** Its time, null where it has none. */
    public @Nullable Instant time() {
        String time = attribute(Attribute.TIME);
        return time == null ? null : OffsetDateTime.parse(time).toInstant();
    }

    /** Whether there is data and it is strict JSON. */
    public boolean isJson() {
        if (data == null) {
            return false;
        }
        try {
            StrictJson.check(data);
            return true;
        } catch (MalformedJsonException e) {
            return false; // goes out as bytes
        }
    }

    @Override
    public String toString() {
        return "ReleasedEvent[" + recipient + ", " + partition + "/" + offset + "]";
    }

    /** Context attributes that CloudEvents 1.0 names. */
    public enum Attribute {
        SPECVERSION,
        ID,
        SOURCE,
        TYPE,
        SUBJECT,
        TIME,
        DATACONTENTTYPE;

        /** The name in the JSON format. */
        public String attributeName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static @Nullable String attribute(String header) {
        if (header.equals(Headers.CONTENT_TYPE)) {
            return Attribute.DATACONTENTTYPE.attributeName();
        }
        if (header.equals(Headers.POLICY)) {
            return POLICY_ATTRIBUTE;
        }
        return header.startsWith(Headers.CE_PREFIX) ? header.substring(Headers.CE_PREFIX.length()) : null;
    }

    private static boolean isEvent(Map<String, String> attributes) {
        return "1.0".equals(attributes.get(Attribute.SPECVERSION.attributeName()))
                && isKey(attributes.get(Attribute.ID.attributeName()))
                && attributes.containsKey(Attribute.SOURCE.attributeName())
                && attributes.containsKey(Attribute.TYPE.attributeName())
                && isKey(attributes.getOrDefault(Attribute.SUBJECT.attributeName(), "none"))
                && isTime(attributes.get(Attribute.TIME.attributeName()))
                && attributes.values().stream().allMatch(ReleasedEvent::isText);
    }

    private static boolean isKey(@Nullable String value) {
        return value != null && !value.isEmpty() && value.length() <= MAX_KEY_CHARS;
    }

    private static boolean isTime(@Nullable String value) {
        if (value == null) {
            return true;
        }
        try {
            int year = OffsetDateTime.parse(value)
                    .withOffsetSameInstant(java.time.ZoneOffset.UTC)
                    .getYear();
            return year >= 1 && year <= LAST_YEAR;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** CloudEvents 1.0, type system: a String has no control characters. */
    private static boolean isText(String value) {
        return value.chars().noneMatch(Character::isISOControl);
    }
}
