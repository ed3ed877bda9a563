package io.sluice.gateway.receive;

import java.util.HashMap;
import java.util.Map;

/**
 * Shares a number of places: beyond its first, a holder may have as many as are still free for the others (the dynamic
 * threshold of Choudhury and Hahne, 1998). One alone gets half of them, two a third each. Thread-safe.
 */
final class FairShare {
    private final int max;
    /** Guarded by this, as {@link #used}. */
    private final Map<String, Integer> holders = new HashMap<>();

    private int used;

    /** What became of a wish for a place. */
    enum Verdict {
        TAKEN,
        /** All places are taken. */
        FULL,
        /** The holder has as many as are free. */
        SHARE_TAKEN
    }

    FairShare(int max) {
        this.max = max;
    }

    /** Takes a place, to be given back by {@link #release} where it is {@code TAKEN}. */
    synchronized Verdict take(String holder) {
        int held = holders.getOrDefault(holder, 0);
        int free = max - used;
        if (free < 1) {
            return Verdict.FULL;
        }
        if (held > 0 && held + 1 > free) {
            return Verdict.SHARE_TAKEN;
        }
        used++;
        holders.put(holder, held + 1);
        return Verdict.TAKEN;
    }

    /** Gives a place back. */
    synchronized void release(String holder) {
        used--;
        holders.computeIfPresent(holder, (name, held) -> held == 1 ? null : held - 1);
    }

    /** Places that are taken. */
    synchronized int used() {
        return used;
    }
}
