package io.sluice.gateway.receive;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Inflates a compressed body of lines on a worker: what one read delivered, in slices that the reader has room for. Lives
 * on the connection's event loop.
 */
final class LineInflater {
    private static final Logger LOG = LoggerFactory.getLogger(LineInflater.class);

    private static final Problem FAULT =
            Problem.of(ProblemCode.INTERNAL, "A fault of the gateway. Send the rest of the batch again.");

    private final GzipDecoder decoder;
    private final Executor workers;
    private final Executor loop;
    private boolean working;
    private boolean more;
    private boolean closed;

    /**
     * What one slice came to.
     *
     * @param pieces inflated bytes
     * @param more whether what was fed has more of them
     * @param fault why nothing more can be read, null where it can
     */
    private record Slice(
            List<byte[]> pieces, boolean more, @Nullable Problem fault) {}

    /** Hears of a slice, on the event loop. */
    interface Listener {
        void inflated(List<byte[]> pieces, @Nullable Problem fault);
    }

    /**
     * @param workers runs the inflating; refuses when it is full
     * @param loop runs a task on the event loop
     */
    LineInflater(GzipDecoder decoder, Executor workers, Executor loop) {
        this.decoder = decoder;
        this.workers = workers;
        this.loop = loop;
    }

    /** Takes what a read delivered; only while nothing of the one before is left. */
    void feed(byte[] bytes) {
        decoder.feed(bytes);
        more = true;
    }

    /** Whether something of the last read is left, or being inflated. */
    boolean busy() {
        return !closed && (working || more);
    }

    /**
     * Inflates a slice, unless one is under way.
     *
     * @throws RejectedExecutionException where too much waits for the workers
     */
    void go(int sliceBytes, Listener listener) {
        if (working || closed) {
            return;
        }
        working = true;
        try {
            workers.execute(() -> inflate(sliceBytes, listener));
        } catch (RejectedExecutionException full) {
            working = false;
            throw full;
        }
    }

    /** The body is whole. @throws RefusedException where it is not what it said */
    void finish() {
        if (!closed) {
            decoder.finish();
        }
    }

    /** Nothing more is inflated. */
    void close() {
        closed = true;
        if (!working) {
            decoder.close();
        }
    }

    /** Runs on a worker. An error too ends the body, and goes on. */
    private void inflate(int sliceBytes, Listener listener) {
        Slice slice;
        try {
            slice = slice(sliceBytes);
        } catch (Error e) {
            loop.execute(() -> done(new Slice(List.of(), false, FAULT), listener));
            throw e;
        }
        loop.execute(() -> done(slice, listener));
    }

    private void done(Slice slice, Listener listener) {
        working = false;
        more = slice.more && slice.fault == null;
        if (closed) {
            decoder.close();
        } else {
            listener.inflated(slice.pieces, slice.fault);
        }
    }

    private Slice slice(int sliceBytes) {
        List<byte[]> pieces = new ArrayList<>();
        int bytes = 0;
        try {
            while (bytes <= sliceBytes - GzipDecoder.PIECE_BYTES) {
                byte[] piece = decoder.next();
                if (piece == null) {
                    return new Slice(pieces, false, null);
                }
                pieces.add(piece);
                bytes += piece.length;
            }
            return new Slice(pieces, true, null);
        } catch (RefusedException refused) {
            return new Slice(pieces, false, refused.problem());
        } catch (RuntimeException e) {
            // Only class and place: a message may quote what the producer sent.
            LOG.atError()
                    .addKeyValue("fault", e.getClass().getName())
                    .addKeyValue("at", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0])
                    .log("A compressed body of lines failed by a fault of the gateway");
            return new Slice(pieces, false, FAULT);
        }
    }
}
