package io.sluice.jobs.kafka;

import io.sluice.core.event.IngressPosition;
import io.sluice.protection.seal.Header;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of an ingress topic as it stands there, or of {@code events.requeue}: nothing is read, nothing is believed yet.
 * Header names may repeat. The arrays are shared, never changed.
 *
 * @param position where it stands in {@code events.ingress}; while it is {@link #UNREAD}, where it stands in {@code
 *     events.requeue}
 * @param attempt 0 on {@code events.ingress}, {@link #UNREAD} on {@code events.requeue}, and above 0 once its ticket was
 *     read
 * @param appendedMs the broker's append time ({@code LogAppendTime})
 * @param key Kafka key, null where it has none
 * @param headers all headers in their order
 * @param value Kafka value, null for a tombstone
 */
public record IngressRecord(
        IngressPosition position,
        int attempt,
        long appendedMs,
        byte @Nullable [] key,
        List<Header> headers,
        byte @Nullable [] value) {
    /** The attempt of a record of {@code events.requeue} that may be anything. */
    public static final int UNREAD = -1;

    /** Longest Kafka key that a sealed record can have; whatever is longer does not open. */
    private static final int MAX_KEY_BYTES = 64;

    /**
     * What the record is partitioned by in the job: its Kafka key byte for byte, so that all records of a subject meet.
     * Keys that no sealed record has share one place; such records never reach state.
     */
    public String stateKey() {
        return key == null || key.length > MAX_KEY_BYTES ? "" : new String(key, StandardCharsets.ISO_8859_1);
    }

    /** Whether it stands in {@code events.requeue}, its ticket unread. */
    public boolean isRequeued() {
        return attempt == UNREAD;
    }

    @Override
    public String toString() {
        return "IngressRecord["
                + (isRequeued() ? position.partition() + "/" + position.offset() : position.entryId(attempt)) + "]";
    }
}
