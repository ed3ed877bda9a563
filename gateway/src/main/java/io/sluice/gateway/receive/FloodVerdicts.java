package io.sluice.gateway.receive;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who flooded a connection lately: a certificate or an address, for a while each. Bounded; the oldest verdict goes first.
 * Thread-safe.
 */
final class FloodVerdicts {
    private static final int MOST = 10_000;

    private final long holdsNanos;
    private final LongSupplier nanoTime;
    /** When each was given, the oldest first. Guarded by itself. */
    private final Map<String, Long> given = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST;
        }
    };

    /**
     * @param holds how long a verdict stands
     * @param nanoTime a monotonic clock
     */
    FloodVerdicts(Duration holds, LongSupplier nanoTime) {
        this.holdsNanos = holds.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Gives a verdict; one that stands begins anew. */
    void give(String who) {
        synchronized (given) {
            given.remove(who);
            given.put(who, nanoTime.getAsLong());
        }
    }

    /** Whether any may stand: spares those who ask the work of naming somebody. */
    boolean any() {
        synchronized (given) {
            return !given.isEmpty();
        }
    }

    /** Whether one stands. */
    boolean stands(String who) {
        long now = nanoTime.getAsLong();
        synchronized (given) {
            var oldest = given.values().iterator();
            while (oldest.hasNext() && now - oldest.next() >= holdsNanos) {
                oldest.remove();
            }
            return given.containsKey(who);
        }
    }
}
