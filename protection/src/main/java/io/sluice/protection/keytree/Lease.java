package io.sluice.protection.keytree;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time for which a JVM may use what it holds of a tree. It runs from the instant at which the tree was announced, not
 * from that at which the announcement was read: one that lay about for longer than a lease gives none.
 *
 * <p>It ends by the wall clock or by the monotonic one, whichever says so first (a stopped machine stops the monotonic
 * clock, a corrected one moves the wall clock); where both disagree, so that nobody knows how long the JVM stood still; and
 * where no tick came for too long, as after a SIGSTOP. Safe for several threads.
 */
final class Lease {
    /** A lease that began; times of both clocks. */
    private record Term(long startNanos, long startMillis, long endNanos, long endMillis) {}

    private final RegistryLimits limits;
    private final Clock clock;
    private final LongSupplier nanoClock;
    private volatile @Nullable Term term;
    private volatile long tickNanos;

    Lease(RegistryLimits limits, Clock clock, LongSupplier nanoClock) {
        this.limits = limits;
        this.clock = clock;
        this.nanoClock = nanoClock;
    }

    /**
     * Begins a lease, or lengthens the one that runs. False where the announcement is too old, or from a clock that is ahead
     * of ours by more than the skew; then nothing has changed.
     */
    synchronized boolean start(Instant issued) {
        long nanos = nanoClock.getAsLong();
        long millis = clock.millis();
        long leaseMs = limits.lease().toMillis();
        long endMillis = Math.min(issued.toEpochMilli(), millis) + leaseMs;
        if (millis >= endMillis
                || issued.toEpochMilli() - millis > limits.clockSkew().toMillis()) {
            return false;
        }
        boolean running = holds();
        Term present = term;
        if (running && present != null && present.endMillis >= endMillis) {
            return true; // an older announcement than the one that the lease runs from
        }
        if (!running) {
            tickNanos = nanos;
        }
        term = new Term(nanos, millis, nanos + (endMillis - millis) * 1_000_000, endMillis);
        return true;
    }

    boolean holds() {
        Term now = term;
        if (now == null) {
            return false;
        }
        long nanos = nanoClock.getAsLong();
        long millis = clock.millis();
        long driftMs = millis - now.startMillis - (nanos - now.startNanos) / 1_000_000;
        return nanos - now.endNanos < 0
                && millis < now.endMillis
                && Math.abs(driftMs) <= limits.clockSkew().toMillis()
                && nanos - tickNanos <= limits.maxPause().toNanos();
    }

    /** Says that the JVM is running. Must come more often than every {@code maxPause}, or the lease ends. */
    void tick() {
        if (holds()) {
            tickNanos = nanoClock.getAsLong();
        }
    }

    void end() {
        term = null;
    }
}
