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
 * socket is paused. It ends a body whose producer is silent for too long, takes too long, or is trusted no more; what was
 * taken before is answered. Of a body that breaks every line is taken that came whole. Lives on the connection's event loop.
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
    private long pausedNanos;
    /** Why the body broke on its way, null where it did not. */
    private @Nullable Problem broken;

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
        this.pace = new Pace(limits, parts.limits().minBodyBytesPerSecond(), System::nanoTime);
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
            lines.cutOff(notWhole.problem());
        }
    }

    private void read(Buffer chunk) {
        pace.heard(chunk.length());
        if (!lines.takesMore()) {
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
            pause();
        }
    }

    private void pause() {
        paused = true;
        pausedNanos = System.nanoTime();
        request.pause();
    }

    private void inflate(LineInflater from) {
        try {
            from.go(READ_BYTES, (pieces, fault) -> {
                pieces.forEach(lines::feed);
                flow.pump();
                if (fault != null) {
                    cutOff(fault);
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
            return;
        }
        if (inflater != null && lines.takesMore() && inflater.busy()) {
            inflate(inflater);
            return;
        }
        paused = false;
        pace.waited(System.nanoTime() - pausedNanos); // for Kafka or for a worker: the silence was ours
        request.resume();
        Problem left = broken;
        if (left != null) {
            broken(left);
        }
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
            stop(late); // Kafka may be slow: what came whole could outlast the answer's deadline
            return;
        }
        try {
            trusted.run();
        } catch (RefusedException refused) {
            stop(refused.problem());
        }
    }

    /** The body broke on its way; what came before it may still wait behind a paused socket. */
    void broken(Problem why) {
        broken = why;
        exchange.onLoop(
                () -> { // behind what a request that was resumed just now delivers
                    if (!paused) {
                        cutOff(why);
                    }
                });
    }

    /** Nothing more comes; the lines that came whole are still taken. */
    private void cutOff(Problem why) {
        lines.cutOff(why);
        goOn();
        flow.pump();
    }

    /** Takes no more lines than a slice of those that came. */
    private void stop(Problem why) {
        flow.pump(); // what came before it, in this turn of the event loop too, is not lost
        lines.stop(why);
        goOn();
        flow.pump();
    }
}
