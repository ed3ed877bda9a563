package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The permit counter: bytes of requests from their head until Kafka's answer. It bounds the memory that all requests
 * together hold. Thread-safe.
 */
public final class BytesInFlight {
    /** What a request costs beside its body. */
    public static final int OVERHEAD_BYTES = 4 << 10;

    private static final long RETURNED = -1;

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
        /** Negative once it was given back. */
        private final AtomicLong bytes;

        private Permit(long bytes) {
            this.bytes = new AtomicLong(bytes);
        }

        /**
         * Takes more for bytes that are there already, the answer of a batch.
         *
         * @throws RefusedException {@code back-pressure}: they count, but the batch should end
         */
        public void grow(long more) {
            if (bytes.getAndUpdate(held -> held < 0 ? held : held + more) >= 0 && used.addAndGet(more) > max) {
                throw RefusedException.of(
                        ProblemCode.BACK_PRESSURE,
                        "Too many bytes are on their way to Kafka. Send the rest of the batch later.");
            }
        }

        /** Gives the permits back; only the first call counts. */
        public void release() {
            long held = bytes.getAndSet(RETURNED);
            if (held >= 0) {
                used.addAndGet(-held);
            }
        }
    }
}
