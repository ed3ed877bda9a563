package io.sluice.jobs.protect;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.ValueState;

/**
 * The event ids of a subject that were seen lately, in keyed state: what tells a copy of a record from the record (P3).
 * Of a record it keeps the keyed id, a keyed hash of the content and the time of receipt; 24 bytes beside the id.
 *
 * <p>Answers depend on the records alone and not on when a timer fires, so a replay gives the same: an id counts as seen
 * while the other's time of receipt is at most a window away, and it is kept until the watermark is two windows past,
 * when no record that would have to know it can be anything but stale.
 *
 * <p>Bounded: past the limit the older half goes, and its newest time of receipt becomes the floor, below which all is
 * stale: a copy of a forgotten record is quarantined, never released again.
 *
 * <p>Confined to the task thread; every call is about the current key.
 */
final class SeenIds {
    /** Bytes of the content hash that are kept. */
    static final int HASH_BYTES = 16;
    /** Expiry runs once per key and this long: a timer for each id would cost more than the ids. */
    private static final long EXPIRY_GRAIN_MS = Duration.ofMinutes(10).toMillis();

    /** Far beyond any clock (year 30,000), far from overflow in microseconds. */
    private static final long MAX_SECONDS = 1_000_000_000_000L;

    /** What a record is to its subject's history. */
    enum Verdict {
        /** Seen now for the first time, and remembered. */
        NEW,
        /** A copy. */
        DUPLICATE,
        /** The same id with other content. */
        ID_REUSED,
        /** Too old to tell. */
        STALE
    }

    private final MapState<String, byte[]> seen;
    private final ValueState<Integer> count;
    private final ValueState<Long> floorMicros;
    private final long windowMicros;
    private final int maxIds;

    SeenIds(
            MapState<String, byte[]> seen,
            ValueState<Integer> count,
            ValueState<Long> floorMicros,
            Duration window,
            int maxIds) {
        this.seen = seen;
        this.count = count;
        this.floorMicros = floorMicros;
        this.windowMicros = window.toNanos() / 1_000;
        this.maxIds = maxIds;
    }

    /**
     * Judges a verified record and remembers it where it is new.
     *
     * @param appendedMs the broker's append time
     */
    Verdict judge(String id, Instant receivedAt, long appendedMs, byte[] contentHash) throws Exception {
        long received = micros(receivedAt);
        // Ahead of the broker's clock by a window is as wrong as behind it, and would pin state for as long.
        if (Math.abs(appendedMs * 1_000 - received) > windowMicros) {
            return Verdict.STALE;
        }
        Long floor = floorMicros.value();
        if (floor != null && received <= floor && seen.get(id) == null) {
            return Verdict.STALE;
        }
        return judgeLate(id, receivedAt, contentHash);
    }

    /** The same for a record that a person sent again: its age is no reason to refuse it. */
    Verdict judgeLate(String id, Instant receivedAt, byte[] contentHash) throws Exception {
        long received = micros(receivedAt);
        byte[] before = seen.get(id);
        if (before != null && Math.abs(received - receivedOf(before)) <= windowMicros) {
            return sameContent(before, contentHash) ? Verdict.DUPLICATE : Verdict.ID_REUSED;
        }
        remember(id, before == null, received, contentHash);
        return Verdict.NEW;
    }

    /** When {@link #expire} is due for a record of that time of receipt, as event time. */
    long expiryMs(Instant receivedAt) {
        return expiryMs(micros(receivedAt));
    }

    private long expiryMs(long received) {
        long due = (received + 2 * windowMicros) / 1_000 + 1;
        return (due / EXPIRY_GRAIN_MS + 1) * EXPIRY_GRAIN_MS;
    }

    /**
     * Forgets what no record can need any more.
     *
     * @return when it is due for the oldest that stays: timers that were set under a shorter window come too early
     */
    OptionalLong expire(long watermarkMs) throws Exception {
        long before = watermarkMs * 1_000 - 2 * windowMicros;
        Kept kept = forget(before);
        Long floor = floorMicros.value();
        if (floor != null && floor < before) {
            floorMicros.clear();
        }
        return kept.number == 0 ? OptionalLong.empty() : OptionalLong.of(expiryMs(kept.oldest));
    }

    /** What is remembered. @param oldest time of receipt */
    private record Kept(int number, long oldest) {}

    private void remember(String id, boolean isNew, long received, byte[] contentHash) throws Exception {
        Integer present = count.value();
        int held = present == null ? 0 : present;
        if (isNew && held >= maxIds) {
            List<Long> times = new ArrayList<>();
            for (byte[] record : seen.values()) {
                times.add(receivedOf(record));
            }
            times.sort(null);
            long newestForgotten = times.get(times.size() / 2);
            floorMicros.update(newestForgotten);
            held = forget(newestForgotten + 1).number;
        }
        byte[] record = ByteBuffer.allocate(Long.BYTES + HASH_BYTES)
                .putLong(received)
                .put(contentHash, 0, HASH_BYTES)
                .array();
        seen.put(id, record);
        count.update(held + (isNew ? 1 : 0));
    }

    /** Forgets all ids received before a time. */
    private Kept forget(long beforeMicros) throws Exception {
        List<String> gone = new ArrayList<>();
        int stay = 0;
        long oldest = Long.MAX_VALUE;
        for (Map.Entry<String, byte[]> record : seen.entries()) {
            long received = receivedOf(record.getValue());
            if (received < beforeMicros) {
                gone.add(record.getKey());
            } else {
                stay++;
                oldest = Math.min(oldest, received);
            }
        }
        for (String id : gone) {
            seen.remove(id);
        }
        if (stay == 0) {
            seen.clear();
            count.clear();
        } else {
            count.update(stay);
        }
        return new Kept(stay, oldest);
    }

    private static boolean sameContent(byte[] record, byte[] contentHash) {
        return Arrays.equals(record, Long.BYTES, record.length, contentHash, 0, HASH_BYTES);
    }

    private static long receivedOf(byte[] record) {
        return ByteBuffer.wrap(record).getLong();
    }

    /** Microseconds since 1970, bounded. */
    static long micros(Instant instant) {
        long seconds = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, instant.getEpochSecond()));
        return seconds * 1_000_000L + instant.getNano() / 1_000;
    }
}
