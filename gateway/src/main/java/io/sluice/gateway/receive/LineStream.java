package io.sluice.gateway.receive;

import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.LineSplitter;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

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
    private final long begunNanos = System.nanoTime();
    private long heardNanos = begunNanos;
    private long windowNanos = begunNanos;
    private long windowBytes;
    private long lookTimer;
    private boolean paused;
    private boolean ended;

    LineStream(
            HttpServerRequest request,
            Exchange exchange,
            DataServer.Parts parts,
            LineSplitter lines,
            BatchFlow flow,
            Runnable trusted) {
        this.request = request;
        this.exchange = exchange;
        this.parts = parts;
        this.limits = parts.batches();
        this.lines = lines;
        this.flow = flow;
        this.trusted = trusted;
    }

    void begin() {
        long every = Math.min(MAX_LOOK_MILLIS, Math.max(1, limits.stall().toMillis() / LOOKS_PER_STALL));
        lookTimer = parts.vertx().setPeriodic(every, id -> look());
        request.handler(this::read);
        request.endHandler(end -> {
            ended = true;
            exchange.bodyEnded();
            lines.finish();
            flow.pump();
        });
        request.resume();
    }

    private void read(Buffer chunk) {
        heardNanos = System.nanoTime();
        windowBytes += chunk.length();
        if (lines.stopped() != null) {
            exchange.discard(chunk);
            return;
        }
        lines.feed(chunk.getBytes());
        flow.pump();
        if (full()) {
            paused = true;
            request.pause();
        }
    }

    /** There may be room again. */
    void goOn() {
        if (paused && !full()) {
            paused = false;
            heardNanos = System.nanoTime(); // the silence was ours
            windowNanos = heardNanos;
            windowBytes = 0;
            request.resume();
        }
    }

    /** Nothing is read any more but away. */
    void over() {
        parts.vertx().cancelTimer(lookTimer);
        goOn();
    }

    private boolean full() {
        return flow.bytes() > limits.maxBytesUnderWay() - READ_BYTES;
    }

    private void look() {
        if (ended || lines.stopped() != null) {
            return;
        }
        long now = System.nanoTime();
        Duration silence = Duration.ofNanos(paused ? 0 : now - heardNanos);
        if (silence.compareTo(limits.stall()) > 0) {
            stop(Problem.of(
                    ProblemCode.REQUEST_TIMEOUT,
                    "Nothing came for " + limits.stall().toSeconds()
                            + " seconds in the middle of the batch; send the rest in another request."));
        } else if (tooSlow(now)) {
            stop(Problem.of(
                    ProblemCode.REQUEST_TIMEOUT,
                    "Less than " + parts.limits().minBodyBytesPerSecond()
                            + " bytes a second came; send the rest in another request."));
        } else if (Duration.ofNanos(now - begunNanos).compareTo(limits.duration()) > 0) {
            stop(Problem.of(
                    ProblemCode.REQUEST_TIMEOUT,
                    "The batch was not complete within " + limits.duration().toSeconds()
                            + " seconds; send the rest in another request."));
        } else {
            try {
                trusted.run();
            } catch (RefusedException refused) {
                stop(refused.problem());
            }
        }
    }

    /** A byte now and then is no silence, and yet holds a connection. */
    private boolean tooSlow(long now) {
        long window = now - windowNanos;
        if (paused || window <= limits.stall().toNanos()) {
            return false;
        }
        double least = parts.limits().minBodyBytesPerSecond() * (window / 1e9);
        boolean slow = windowBytes < least;
        windowNanos = now;
        windowBytes = 0;
        return slow;
    }

    private void stop(Problem why) {
        lines.stop(why);
        goOn();
        flow.pump();
    }
}
