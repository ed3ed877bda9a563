package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.BodyForm;
import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.serving.tls.CertificateIdentity;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer:
 *
 * <pre>
 *   head -> body -> working -> answered
 *     |       |        |
 *     +-------+--------+--> refused (a problem; what is left of the body is read away, up to a limit)
 * </pre>
 *
 * It keeps the deadlines, and leaves the middle of the way to a {@link HeldBody} or a {@link BatchExchange}, its end to the
 * {@link Reply}. All of it runs on the connection's event loop but what {@link Ingress} does with bodies and questions, which runs on a worker.
 */
final class Exchange {
    private final HttpServerRequest request;
    private final DataServer.Parts parts;
    private final Context context;
    private final String traceId;
    private final Runnable trusted;
    private final Runnable onAnswered;
    private final Runnable onOver;
    private final Reply reply;
    private long answerTimer;
    private long bodyTimer;
    private boolean ended;
    private boolean answerEnded;
    private long discarded;
    private @Nullable HeldBody held;
    private @Nullable BatchExchange batch;

    /**
     * @param trusted throws once nothing more may be taken from this caller
     * @param onAnswered told once the answer was written, or nobody hears it
     * @param onOver told once the body was read and the answer written
     */
    Exchange(
            HttpServerRequest request,
            DataServer.Parts parts,
            Context context,
            String traceId,
            Runnable trusted,
            Runnable onAnswered,
            Runnable onOver) {
        this.request = request;
        this.parts = parts;
        this.context = context;
        this.traceId = traceId;
        this.trusted = trusted;
        this.onAnswered = onAnswered;
        this.onOver = onOver;
        this.reply = new Reply(request, parts, traceId, this::answered);
        ReceiveLimits limits = parts.limits();
        this.answerTimer = parts.vertx().setTimer(limits.answer().toMillis(), id -> late());
        this.bodyTimer = parts.vertx().setTimer(limits.body().toMillis(), id -> slow());
    }

    /** Begins to read. @param certificate the caller's, verified */
    void begin(Route route, X509Certificate certificate) {
        reply.from(certificate);
        RequestHeaders headers = HeaderReader.read(request.headers());
        long declared = HeaderReader.contentLength(request.headers());
        RequestHead head = new RequestHead(route.dataset(), certificate, headers, traceId);
        EventAddress asked = route.asked();
        if (asked != null) {
            ask(head, asked, declared);
            return;
        }
        ContentCoding coding = ContentCoding.of(headers.contentEncoding(), parts.decompression());
        BodyForm form = head.isChoice() ? BodyForm.SINGLE : BodyForm.of(headers);
        if (form == BodyForm.LINES) {
            stream(head, coding, declared);
        } else {
            HeldBody opened = new HeldBody(this, reply, parts, head, form, coding, declared);
            held = opened;
            request.handler(opened::read);
            request.endHandler(end -> {
                bodyEnded();
                opened.finish();
            });
            goOn();
            request.resume();
        }
    }

    /** A question has no body; one that comes is read away. */
    private void ask(RequestHead head, EventAddress asked, long declared) {
        if (declared > 0) {
            throw RefusedException.of(ProblemCode.BODY_TOO_LARGE, "A question has no body; send none.");
        }
        BytesInFlight.Permit permit = parts.inFlight().take(sender(head), 0);
        drain();
        onWorker(permit, () -> {
            Ingress.Told answer = parts.ingress().ask(head, asked);
            permit.release();
            onLoop(() -> reply.tell(answer));
        });
    }

    /** A body of lines is not read before its sender was admitted, and has deadlines of its own. */
    private void stream(RequestHead head, ContentCoding coding, long declared) {
        BatchLimits limits = parts.batches();
        if (declared > limits.maxBytes()) {
            throw RefusedException.of(
                    ProblemCode.BATCH_TOO_LARGE,
                    "A batch of lines has at most " + limits.maxBytes() + " bytes; send it in several requests.");
        }
        int most = limits.maxBytesUnderWay();
        long inMemory = declared < 0 ? most : Math.min(declared, most);
        if (coding == ContentCoding.GZIP) {
            long inflated = parts.decompression().most(declared);
            inMemory = (declared < 0 ? most : Math.min(inflated, most)) + GzipDecoder.STATE_BYTES;
        }
        BytesInFlight.Permit permit = parts.inFlight().take(sender(head), inMemory);
        parts.vertx().cancelTimer(bodyTimer);
        parts.vertx().cancelTimer(answerTimer);
        answerTimer = parts.vertx()
                .setTimer(limits.duration().plus(parts.limits().answer()).toMillis(), id -> late());
        BatchExchange opened = batch(permit);
        BatchIntake intake;
        try {
            intake = parts.ingress().open(head);
        } catch (RuntimeException | Error e) {
            done(permit, null, e);
            if (e instanceof Error fatal) {
                throw fatal;
            }
            return;
        }
        goOn();
        opened.lines(intake, coding, trusted);
    }

    /** Works on a batch that was held whole; the permit goes with it. */
    void batch(BatchIntake intake, List<BatchEvent> events, BytesInFlight.Permit permit) {
        if (reply.isTaken()) {
            permit.release();
        } else {
            batch(permit).held(intake, events);
        }
    }

    private BatchExchange batch(BytesInFlight.Permit permit) {
        BatchExchange opened = new BatchExchange(this, reply, request, parts, context, traceId, permit);
        batch = opened;
        return opened;
    }

    /** Whose share a request takes: the names of its certificate, known before the policy is asked. */
    static String sender(RequestHead head) {
        return String.join(" ", CertificateIdentity.of(head.certificate()));
    }

    private void goOn() {
        if (!reply.isTaken() && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue().onFailure(gone -> {}); // the body will not come: the deadline ends it
        }
    }

    /** The body is whole. */
    void bodyEnded() {
        ended = true;
        parts.vertx().cancelTimer(bodyTimer);
        tellOver();
    }

    /** The answer was written, or nobody hears it. */
    void answerEnded() {
        if (!answerEnded) {
            answerEnded = true;
            onAnswered.run();
            tellOver();
        }
    }

    private void tellOver() {
        if (ended && answerEnded) {
            onOver.run();
        }
    }

    /** Reads the rest of a request that is refused at its head. */
    void drain() {
        request.handler(this::discard);
        request.endHandler(end -> bodyEnded());
        request.resume();
    }

    /** The body will not come. Whoever broke its stream by what it sent hears so. */
    void bodyBroken(Throwable fault) {
        if (TornStream.is(fault)) {
            reply.refuseTorn();
        }
        broken();
    }

    /** The connection or stream broke: nobody hears an answer. */
    void broken() {
        reply.take();
        BatchExchange going = batch;
        if (going != null) {
            going.abandon();
        }
        parts.vertx().cancelTimer(answerTimer);
        parts.vertx().cancelTimer(bodyTimer);
        answerEnded(); // of a stream that was reset Vert.x tells no end
    }

    /** There is an answer. What is left of a batch's body gets a deadline. */
    private void answered() {
        parts.vertx().cancelTimer(answerTimer);
        if (held != null) {
            held.release();
        }
        if (!ended && batch != null) {
            bodyTimer = parts.vertx().setTimer(parts.limits().body().toMillis(), id -> slow());
        }
    }

    /** Refuses it at its head, and reads the rest away. */
    void refuse(Problem problem) {
        reply.refuse(problem);
        drain();
    }

    /** Runs a task on the event loop. */
    void onLoop(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    /** Runs a task on a worker; where it fails, it is the answer. */
    void onWorker(BytesInFlight.Permit permit, Runnable task) {
        try {
            parts.workers().of(permit.sender()).execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException | Error e) { // an error too gives back what is held, and goes on
                    done(permit, null, e);
                    if (e instanceof Error fatal) {
                        throw fatal;
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            done(
                    permit,
                    null,
                    RefusedException.of(
                            ProblemCode.BACK_PRESSURE,
                            "Too many requests wait to be worked on. Repeat the request later."));
        }
    }

    /** The work is over: accepted, or not. */
    void done(BytesInFlight.Permit permit, @Nullable Accepted accepted, @Nullable Throwable fault) {
        permit.release();
        onLoop(() -> {
            if (accepted != null) {
                reply.accept(accepted);
            } else {
                reply.fail(fault);
                if (!ended) {
                    drain(); // a body of lines whose sender was refused was not begun
                }
            }
        });
    }

    /** Its body cannot be read on. What was taken of a batch of lines is answered with what became of it. */
    void malformed() {
        reply.closeBehind();
        Problem problem = Problem.of(
                ProblemCode.HTTP_MALFORMED,
                "The body's chunks are not as RFC 9112 section 7.1 has them; the connection ends.");
        BatchExchange going = batch;
        if (reply.isTaken()) {
            reply.close();
        } else if (going != null) {
            going.broken(problem);
        } else {
            reply.refuseUnseen(problem);
        }
    }

    /** Reads a piece of a refused body away. */
    void discard(Buffer chunk) {
        discarded += chunk.length();
        if (discarded > parts.limits().maxDiscardBytes()) {
            reply.close();
        }
    }

    private void slow() {
        reply.refuseUnseen(Problem.of(
                ProblemCode.REQUEST_TIMEOUT,
                "The body was not complete within " + parts.limits().body().toSeconds() + " seconds; send it faster."));
        if (!ended) {
            reply.close();
        }
    }

    private void late() {
        BatchExchange going = batch;
        if (going != null) {
            going.abandon();
        }
        reply.refuse(Problem.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "The event was not stored in time, so it may or may not be stored. Repeat the request with the same id: a"
                        + " repeat is released once."));
    }
}
