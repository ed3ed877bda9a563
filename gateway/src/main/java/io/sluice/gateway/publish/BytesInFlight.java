package io.sluice.gateway.publish;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.HashMap;
import java.util.Map;

/**
 * The permit counter: bytes of requests from their head until Kafka's answer. It bounds the memory that all requests
 * together hold, and shares it: beyond its first request a sender may hold as much as is still free for the others (the
 * dynamic threshold of Choudhury and Hahne, 1998). One sender alone gets half, two get a third each, and so on: whoever
 * floods, there is room for the next one. Thread-safe.
 */
public final class BytesInFlight {
    /** What a request costs beside its body. */
    public static final int OVERHEAD_BYTES = 4 << 10;

    /** What an event of a batch costs beside its bytes while it is under way: tags, seal, its place in the answer. */
    public static final int EVENT_BYTES = 1 << 10;

    private static final long RETURNED = -1;

    private final long max;
    /** Guarded by this, as {@link #senders}. */
    private long used;
    /** Bytes by sender, of those that hold some. */
    private final Map<String, Long> senders = new HashMap<>();

    public BytesInFlight(long max) {
        this.max = max;
    }

    /**
     * Takes permits for a body.
     *
     * @param sender whose share it is
     * @throws RefusedException {@code back-pressure}
     */
    public synchronized Permit take(String sender, long bodyBytes) {
        long bytes = bodyBytes + OVERHEAD_BYTES;
        long held = senders.getOrDefault(sender, 0L);
        requireRoom(held, 0, bytes);
        used += bytes;
        senders.put(sender, held + bytes);
        return new Permit(sender, bytes);
    }

    /** @param own how much of what the sender holds is of the request that asks for more */
    private void requireRoom(long held, long own, long more) {
        long free = max - used;
        if (more > free) {
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE, "Too many bytes are on their way to Kafka. Repeat the request later.");
        }
        if (held > own && held + more > free) {
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "As many of your bytes are on their way to Kafka as there is room for other producers. Send fewer"
                            + " requests at a time; repeat this one later.");
        }
    }

    /** Bytes taken now. */
    public synchronized long used() {
        return used;
    }

    /** Senders that hold some now. */
    public synchronized int senders() {
        return senders.size();
    }

    /** What one request holds. */
    public final class Permit {
        private final String sender;
        /** {@link #RETURNED} once it was given back. Guarded by the counter. */
        private long bytes;

        private Permit(String sender, long bytes) {
            this.sender = sender;
            this.bytes = bytes;
        }

        /** Whose share it is. */
        public String sender() {
            return sender;
        }

        /**
         * Takes more for bytes that are there already, the answer of a batch.
         *
         * @throws RefusedException {@code back-pressure}: they count, but the batch should end
         */
        public void grow(long more) {
            synchronized (BytesInFlight.this) {
                if (bytes == RETURNED) {
                    return;
                }
                bytes += more;
                used += more;
                senders.merge(sender, more, Long::sum);
                if (used <= max) {
                    return;
                }
            }
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "Too many bytes are on their way to Kafka. Send the rest of the batch later.");
        }

        /**
         * Takes more for bytes that are about to be there: what a body inflates to, events of a batch.
         *
         * @throws RefusedException {@code back-pressure}: they do not count, and the request should end
         */
        public void extend(long more) {
            synchronized (BytesInFlight.this) {
                if (bytes == RETURNED) {
                    throw new IllegalStateException("The permits were given back");
                }
                requireRoom(senders.getOrDefault(sender, 0L), bytes, more);
                bytes += more;
                used += more;
                senders.merge(sender, more, Long::sum);
            }
        }

        /** Gives a part of what it took back. */
        public void shrink(long less) {
            synchronized (BytesInFlight.this) {
                if (bytes != RETURNED) {
                    giveBack(Math.min(less, bytes));
                    bytes -= Math.min(less, bytes);
                }
            }
        }

        /** Gives the permits back; only the first call counts. */
        public void release() {
            synchronized (BytesInFlight.this) {
                if (bytes == RETURNED) {
                    return;
                }
                giveBack(bytes);
                bytes = RETURNED;
            }
        }

        private void giveBack(long less) {
            used -= less;
            long left = senders.getOrDefault(sender, 0L) - less;
            if (left > 0) {
                senders.put(sender, left);
            } else {
                senders.remove(sender);
            }
        }
    }
}
