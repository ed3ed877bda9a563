package io.sluice.jobs.protect;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits for what is missing, up to a limit, and not again for a while after it waited in vain: were every record of an
 * outage to wait its full time, a queue of them would stand for days. Confined to one thread.
 */
final class BoundedWait {
    private static final Duration POLL = Duration.ofMillis(50);
    /** After a vain wait the next one is at least this many limits away: waiting costs a tenth of the time at most. */
    private static final int REST_LIMITS = 9;

    private final long limitNanos;
    private final LongSupplier nanoTime;
    private boolean resting;
    private long restEndsNanos;

    BoundedWait(Duration limit, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Whether {@code present} came true in time. */
    boolean until(BooleanSupplier present) throws InterruptedException {
        if (present.getAsBoolean()) {
            return true;
        }
        long started = nanoTime.getAsLong();
        if (resting && restEndsNanos - started > 0) {
            return false;
        }
        while (nanoTime.getAsLong() - started < limitNanos) {
            TimeUnit.NANOSECONDS.sleep(Math.min(POLL.toNanos(), limitNanos));
            if (present.getAsBoolean()) {
                resting = false;
                return true;
            }
        }
        resting = true;
        restEndsNanos = nanoTime.getAsLong() + REST_LIMITS * limitNanos;
        return false;
    }
}
