package io.sluice.jobs.protect;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The codes that a task used lately, masked as in keyed state, so that it need not ask state for each of a record's: there a
 * read is a write, since it renews the entry, and looks through all codes of another subject for old ones. After {@link
 * #FRESH} state is asked again, so that what is in use is renewed there long before it would be forgotten.
 *
 * <p>Codes are known by the places under which state keeps them, keyed hashes of the subject too, so that no two subjects
 * share one. A task that is restored starts without any. Bounded; confined to the task thread.
 */
final class RecentCodes {
    /** How long state is not asked for a code. */
    static final Duration FRESH = Duration.ofHours(1);

    private static final int MAX_CODES = 16_384;

    private final LongSupplier nanoTime;
    private final Map<String, Read> read = new Recent<>(MAX_CODES);

    private record Read(byte[] masked, long nanos) {}

    RecentCodes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The code at a place; null where state is to be asked. */
    byte @Nullable [] find(String place) {
        Read found = read.get(place);
        return found != null && nanoTime.getAsLong() - found.nanos() < FRESH.toNanos() ? found.masked() : null;
    }

    /** Notes what state holds at a place, just read or written there. */
    void note(String place, byte[] masked) {
        read.put(place, new Read(masked, nanoTime.getAsLong()));
    }

    /** Drops all codes: some are gone from state. */
    void clear() {
        read.clear();
    }
}
