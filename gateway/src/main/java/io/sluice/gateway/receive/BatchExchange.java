package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.answer.BatchAnswer;
import io.sluice.gateway.answer.Outcome;
import io.sluice.gateway.answer.Stop;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchSource;
import io.sluice.gateway.parse.HeldEvents;
import io.sluice.gateway.parse.LineSplitter;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.publish.BytesInFlight;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The middle of an {@link Exchange} that carries a batch: its events go through a {@link BatchFlow}, its answer goes out
 * piece by piece, as fast as the caller reads. The permit is held until nothing of the batch is in memory: also where the
 * caller is gone and Kafka is not done yet. Lives on the connection's event loop.
 */
final class BatchExchange implements BatchFlow.Listener {
    /** A longer answer goes out piece by piece: each piece is a record of TLS and a call of the kernel. */
    private static final int MAX_WHOLE_BYTES = 64 << 10;

    private final Exchange exchange;
    private final Reply reply;
    private final HttpServerRequest request;
    private final DataServer.Parts parts;
    private final Context context;
    private final String traceId;
    private final BytesInFlight.Permit permit;
    private @Nullable BatchSource source;
    private @Nullable BatchIntake intake;
    private @Nullable BatchFlow flow;
    private @Nullable LineStream stream;
    private boolean abandoned;
    /** Whether what ended the batch was counted as an event's refusal. */
    private boolean stopCounted;
    /** Why its body broke before it was read, null where it did not. */
    private @Nullable Problem broken;

    BatchExchange(
            Exchange exchange,
            Reply reply,
            HttpServerRequest request,
            DataServer.Parts parts,
            Context context,
            String traceId,
            BytesInFlight.Permit permit) {
        this.exchange = exchange;
        this.reply = reply;
        this.request = request;
        this.parts = parts;
        this.context = context;
        this.traceId = traceId;
        this.permit = permit;
    }

    /** Works on a batch that is whole. */
    void held(BatchIntake intake, List<BatchEvent> events) {
        begin(new HeldEvents(events), intake).pump();
    }

    /** Reads a body of lines. @param trusted throws once nothing more may be taken from this caller */
    void lines(BatchIntake intake, ContentCoding coding, Runnable trusted) {
        if (reply.isTaken()) {
            permit.release();
            return;
        }
        LineSplitter lines = new LineSplitter(parts.batches(), parts.limits().maxBodyBytes());
        LineStream reading =
                new LineStream(request, exchange, parts, lines, begin(lines, intake), trusted, inflater(coding));
        stream = reading;
        reading.begin();
        Problem early = broken;
        if (early != null) {
            reading.broken(early);
        }
    }

    private @Nullable LineInflater inflater(ContentCoding coding) {
        return coding == ContentCoding.IDENTITY
                ? null
                : new LineInflater(
                        new GzipDecoder(
                                parts.decompression(),
                                parts.batches().maxBytes(),
                                LineSplitter.tooLarge(parts.batches())),
                        workers(),
                        loop());
    }

    private Executor workers() {
        return parts.workers().of(permit.sender());
    }

    private Executor loop() {
        return task -> context.runOnContext(ignored -> task.run());
    }

    private BatchFlow begin(BatchSource events, BatchIntake intake) {
        BatchFlow.Wiring wiring = new BatchFlow.Wiring(workers(), loop(), permit, this);
        BatchFlow begun = new BatchFlow(events, intake, parts.batches(), traceId, wiring);
        source = events;
        this.intake = intake;
        flow = begun;
        return begun;
    }

    /** The caller is gone: nothing more is taken; what is under way goes on to Kafka. */
    void abandon() {
        abandoned = true;
        BatchSource left = source;
        BatchFlow going = flow;
        if (left != null && going != null) {
            left.stop(Problem.of(ProblemCode.REQUEST_TIMEOUT, "The connection broke."));
            going.pump();
            if (going.over()) {
                permit.release(); // it broke while the answer went out
            }
        }
    }

    /** Its body broke; the lines that came whole are still taken. */
    void broken(Problem why) {
        LineStream reading = stream;
        if (reading != null) {
            reading.broken(why);
        } else {
            broken = why;
        }
    }

    @Override
    public void settled(List<Outcome> outcomes, int answerBytes) {
        for (Outcome outcome : outcomes) {
            Accepted accepted = outcome.accepted();
            Problem problem = outcome.problem();
            if (accepted != null) {
                parts.metrics().accepted(accepted.repeated());
            } else if (problem != null) {
                parts.metrics().refused(problem.code());
                stopCounted |= isStop(problem);
            }
        }
        LineStream reading = stream;
        if (reading != null) {
            reading.goOn();
        }
        permit.grow(answerBytes);
    }

    /** Whether an event's refusal is what ended the batch. */
    private boolean isStop(Problem problem) {
        Stop stop = source == null ? null : source.stopped();
        return stop != null && stop.problem().equals(problem);
    }

    @Override
    public void finished(BatchAnswer answer) {
        LineStream reading = stream;
        if (reading != null) {
            reading.over();
        }
        Stop stop = answer.stop();
        if (stop != null && !abandoned && !stopCounted) {
            reply.countStop(stop.problem());
        }
        if (!reply.take()) {
            permit.release();
            return;
        }
        if (answer.problem() == null) {
            parts.metrics().answered(reply.sinceHead());
        }
        List<byte[]> body = answer.body();
        long length = body.stream().mapToLong(piece -> piece.length).sum();
        HttpServerResponse response = reply.begin(answer.status(), answer.contentType(), length);
        if (answer.retry()) {
            Reply.sayWhen(response, answer.quota());
        }
        BatchIntake taker = intake;
        if (answer.problem() == null && answer.quota() == null && taker != null) {
            Reply.tell(response, taker.quota());
        }
        if (length <= MAX_WHOLE_BYTES) {
            Buffer whole = Buffer.buffer((int) length);
            body.forEach(whole::appendBytes);
            response.end(whole).onComplete(sent -> sent());
        } else {
            write(response, body.iterator());
        }
    }

    private void write(HttpServerResponse response, Iterator<byte[]> pieces) {
        while (pieces.hasNext()) {
            response.write(Buffer.buffer(pieces.next())).onFailure(gone -> {}); // its repeat gets the same answer
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> write(response, pieces));
                return;
            }
        }
        response.end().onComplete(sent -> sent());
    }

    private void sent() {
        permit.release();
        reply.sent();
    }
}
