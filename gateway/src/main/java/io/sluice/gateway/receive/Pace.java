package io.sluice.gateway.receive;

import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a body of lines comes as fast as it has to: no long silence, some bytes a second, an end. What the gateway itself
 * makes wait counts for none but the last. Lives on one event loop.
 */
final class Pace {
    private final BatchLimits limits;
    private final int minBytesPerSecond;
    private final LongSupplier nanoTime;
    private final long begunNanos;
    private long heardNanos;
    private long windowNanos;
    private long windowBytes;

    /** @param nanoTime a monotonic clock */
    Pace(BatchLimits limits, int minBytesPerSecond, LongSupplier nanoTime) {
        this.limits = limits;
        this.minBytesPerSecond = minBytesPerSecond;
        this.nanoTime = nanoTime;
        this.begunNanos = nanoTime.getAsLong();
        this.heardNanos = begunNanos;
        this.windowNanos = begunNanos;
    }

    /** Bytes came. */
    void heard(int bytes) {
        heardNanos = nanoTime.getAsLong();
        windowBytes += bytes;
    }

    /** The producer had to wait until now, for so long. */
    void waited(long nanos) {
        heardNanos += nanos;
        windowNanos += nanos;
    }

    /** Why the body ends here; null where it may go on. @param waiting whether the producer has to wait now */
    @Nullable
    Problem finding(boolean waiting) {
        long now = nanoTime.getAsLong();
        if (!waiting && now - heardNanos > limits.stall().toNanos()) {
            return late("Nothing came for " + seconds(limits.stall()) + " in the middle of the batch");
        }
        if (!waiting && tooSlow(now)) {
            return late("Less than " + minBytesPerSecond + " bytes a second came");
        }
        return now - begunNanos > limits.duration().toNanos()
                ? late("The batch was not complete within " + seconds(limits.duration()))
                : null;
    }

    /** A byte now and then is no silence, and yet holds a connection. */
    private boolean tooSlow(long now) {
        long window = now - windowNanos;
        if (window <= limits.stall().toNanos()) {
            return false;
        }
        boolean slow = windowBytes < minBytesPerSecond * (window / 1e9);
        windowNanos = now;
        windowBytes = 0;
        return slow;
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " seconds";
    }

    private static Problem late(String what) {
        return Problem.of(ProblemCode.REQUEST_TIMEOUT, what + "; send the rest in another request.");
    }
}
