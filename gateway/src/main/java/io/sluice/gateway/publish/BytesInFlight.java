package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The permit counter: bytes of requests from their head until Kafka's answer. It bounds the memory that all requests
 * together hold. Thread-safe.
 */
public final class BytesInFlight {
    /** What a request costs beside its body. */
    public static final int OVERHEAD_BYTES = 4 << 10;

    private final long max;
    private final AtomicLong used = new AtomicLong();

    public BytesInFlight(long max) {
        this.max = max;
    }

    /**
     * Takes permits for a body.
     *
     * @throws RefusedException {@code back-pressure}
     */
    public Permit take(long bodyBytes) {
        long bytes = bodyBytes + OVERHEAD_BYTES;
        if (used.addAndGet(bytes) > max) {
            used.addAndGet(-bytes);
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE, "Too many bytes are on their way to Kafka. Repeat the request later.");
        }
        return new Permit(bytes);
    }

    /** Bytes taken now. */
    public long used() {
        return used.get();
    }

    /** What one request holds. */
    public final class Permit {
        private final long bytes;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Permit(long bytes) {
            this.bytes = bytes;
        }

        /** Gives the permits back; only the first call counts. */
        public void release() {
            if (returned.compareAndSet(false, true)) {
                used.addAndGet(-bytes);
            }
        }
    }
}
