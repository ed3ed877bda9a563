package io.sluice.gateway.receive;

import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.LineSplitter;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body of lines into a flow and holds its producer to the pace of Kafka: near the bound of bytes under way the
 * socket is paused. It ends a body whose producer is silent for too long, takes too long, or is trusted no more; what came
 * before is answered. Lives on the connection's event loop.
 */
final class LineStream {
    /** Room left below the bound when the socket is paused: more than one read delivers. */
    static final int READ_BYTES = 128 << 10;

    private static final int LOOKS_PER_STALL = 10;
    private static final long MAX_LOOK_MILLIS = 1_000;

    private final HttpServerRequest request;
    private final Exchange exchange;
    private final DataServer.Parts parts;
    private final BatchLimits limits;
    private final LineSplitter lines;
    private final BatchFlow flow;
    private final Runnable trusted;
    /** Null where the body is not compressed. */
    private final @Nullable LineInflater inflater;

    private final Pace pace;
    private long lookTimer;
    private boolean paused;
    /** Whether Kafka, and not the inflating, made the producer wait. */
    private boolean waited;

    private boolean ended;

    LineStream(
            HttpServerRequest request,
            Exchange exchange,
            DataServer.Parts parts,
            LineSplitter lines,
            BatchFlow flow,
            Runnable trusted,
            @Nullable LineInflater inflater) {
        this.request = request;
        this.exchange = exchange;
        this.parts = parts;
        this.limits = parts.batches();
        this.lines = lines;
        this.flow = flow;
        this.trusted = trusted;
        this.inflater = inflater;
        this.pace = new Pace(limits, parts.limits().minBodyBytesPerSecond());
    }

    void begin() {
        long every = Math.min(MAX_LOOK_MILLIS, Math.max(1, limits.stall().toMillis() / LOOKS_PER_STALL));
        lookTimer = parts.vertx().setPeriodic(every, id -> look());
        request.handler(this::read);
        request.endHandler(end -> {
            ended = true;
            exchange.bodyEnded();
            finish();
            flow.pumpSoon();
        });
        request.resume();
    }

    private void finish() {
        try {
            if (inflater != null) {
                inflater.finish();
            }
            lines.finish();
        } catch (RefusedException notWhole) {
            flow.pump(); // what came before is not lost
            lines.stop(notWhole.problem());
        }
    }

    private void read(Buffer chunk) {
        pace.heard(chunk.length());
        if (lines.stopped() != null) {
            exchange.discard(chunk);
            return;
        }
        if (inflater != null) {
            pause();
            inflater.feed(chunk.getBytes());
            inflate(inflater);
            return;
        }
        lines.feed(chunk.getBytes());
        flow.pumpSoon();
        if (full()) {
            waited = true;
            pause();
        }
    }

    private void pause() {
        paused = true;
        request.pause();
    }

    private void inflate(LineInflater from) {
        try {
            from.go(READ_BYTES, (pieces, fault) -> {
                pieces.forEach(lines::feed);
                flow.pump();
                if (fault != null) {
                    stop(fault);
                } else {
                    goOn();
                }
            });
        } catch (RejectedExecutionException full) {
            stop(Problem.of(ProblemCode.BACK_PRESSURE, "Too many requests wait to be worked on. Send the rest later."));
        }
    }

    /** There may be room again. */
    void goOn() {
        if (!paused) {
            return;
        }
        if (full()) {
            waited = true;
            return;
        }
        if (inflater != null && lines.stopped() == null && inflater.busy()) {
            inflate(inflater);
            return;
        }
        paused = false;
        if (waited) { // the silence was ours
            waited = false;
            pace.goesOn();
        }
        request.resume();
    }

    /** Nothing is read any more but away. */
    void over() {
        parts.vertx().cancelTimer(lookTimer);
        if (inflater != null) {
            inflater.close();
        }
        goOn();
    }

    private boolean full() {
        return flow.bytes() > limits.maxBytesUnderWay() - READ_BYTES;
    }

    private void look() {
        if (ended || lines.stopped() != null) {
            return;
        }
        Problem late = pace.finding(paused);
        if (late != null) {
            stop(late);
            return;
        }
        try {
            trusted.run();
        } catch (RefusedException refused) {
            stop(refused.problem());
        }
    }

    private void stop(Problem why) {
        flow.pump(); // what came before it, in this turn of the event loop too, is not lost
        lines.stop(why);
        goOn();
        flow.pump();
    }
}
