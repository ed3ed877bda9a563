package io.sluice.audit.index;

import io.sluice.audit.note.Checkpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * After entries that were not those that were signed: to read the whole log at every try would take all of a processor, and find
 * the same. By the monotonic clock; one thread at a time.
 */
final class RestAfterFault {
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    /** It lasts so many times as long as it took to see the fault. */
    private static final int SHARE = 9;

    private @Nullable IndexException refuted;
    /** Until when {@link #refuted} counts. */
    private long until;

    /** Begins it. Returns the fault, to be thrown. @param took how long it took to see it */
    IndexException begin(Checkpoint checkpoint, Duration took) {
        Duration rest = took.multipliedBy(SHARE);
        until = System.nanoTime() + (rest.compareTo(SHORTEST) > 0 ? rest : SHORTEST).toNanos();
        IndexException fault = new IndexException(
                "the entries are not those of the signed checkpoint; run audit verify",
                new IllegalStateException("root of " + checkpoint.size()));
        refuted = fault;
        return fault;
    }

    /** Ends it: they are looked at again. */
    void end() {
        refuted = null;
    }

    /** @throws IndexException the same again, while it lasts */
    void requireOver() {
        IndexException known = refuted;
        if (known != null && System.nanoTime() - until < 0) {
            throw new IndexException(String.valueOf(known.getMessage()), known.getCause());
        }
        refuted = null;
    }
}
