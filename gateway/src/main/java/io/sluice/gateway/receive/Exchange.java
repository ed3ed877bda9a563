package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.parse.BatchEvent;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.BatchSplitter;
import io.sluice.gateway.parse.BodyForm;
import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.serving.tls.CertificateIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer:
 *
 * <pre>
 *   head -> body -> working -> answered
 *     |       |        |
 *     +-------+--------+--> refused (a problem; what is left of the body is read away, up to a limit)
 * </pre>
 *
 * A batch takes the middle of the way in a {@link BatchExchange}. All of it runs on the connection's event loop but the
 * {@link Ingress}, which runs on a worker. Exactly one answer is sent, whatever comes first.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final HttpServerRequest request;
    private final DataServer.Parts parts;
    private final Context context;
    private final String traceId;
    private final Runnable trusted;
    private final long startNanos = System.nanoTime();
    private long answerTimer;
    private long bodyTimer;
    private boolean answered;
    private boolean ended;
    private long discarded;
    /** Whether the connection ends behind the answer. */
    private boolean closing;

    private @Nullable X509Certificate certificate;
    private BytesInFlight.@Nullable Permit permit;
    private @Nullable BatchExchange batch;

    /** @param trusted throws once nothing more may be taken from this caller */
    Exchange(HttpServerRequest request, DataServer.Parts parts, Context context, String traceId, Runnable trusted) {
        this.request = request;
        this.parts = parts;
        this.context = context;
        this.traceId = traceId;
        this.trusted = trusted;
        ReceiveLimits limits = parts.limits();
        this.answerTimer = parts.vertx().setTimer(limits.answer().toMillis(), id -> late());
        this.bodyTimer = parts.vertx().setTimer(limits.body().toMillis(), id -> slow());
    }

    /** Begins to read. @param certificate the caller's, verified */
    void begin(Route route, X509Certificate certificate) {
        this.certificate = certificate;
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
            hold(head, form, coding, declared);
        }
    }

    /** A question has no body; one that comes is read away. */
    private void ask(RequestHead head, EventAddress asked, long declared) {
        if (declared > 0) {
            throw RefusedException.of(ProblemCode.BODY_TOO_LARGE, "A question has no body; send none.");
        }
        BytesInFlight.Permit held = parts.inFlight().take(sender(head), 0);
        drain();
        onWorker(held, () -> {
            Ingress.Told answer = parts.ingress().ask(head, asked);
            held.release();
            context.runOnContext(ignored -> {
                if (takeAnswer()) {
                    tell(request.response(), answer.quota());
                    send(200, "application/json", answer.json());
                }
            });
        });
    }

    private void hold(RequestHead head, BodyForm form, ContentCoding coding, long declared) {
        int maxBody = maxBody(form);
        if (declared > maxBody) {
            throw tooLarge(maxBody);
        }
        // Where no length is declared the whole maximum is reserved: permits are a promise about memory.
        permit = parts.inFlight().take(sender(head), declared < 0 ? maxBody : declared);
        Buffer collected = Buffer.buffer((int) Math.max(declared, 0));
        request.handler(chunk -> {
            if (answered) {
                discard(chunk);
            } else if (collected.length() + chunk.length() > maxBody) {
                refuseUnseen(tooLarge(maxBody).problem());
            } else {
                collected.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            bodyEnded();
            if (!answered) {
                work(head, collected.getBytes(), form, coding);
            }
        });
        goOn();
        request.resume();
    }

    private int maxBody(BodyForm form) {
        return form == BodyForm.SINGLE
                ? parts.limits().maxBodyBytes()
                : parts.batches().maxHeldBytes();
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
            inMemory = most + (long) GzipDecoder.STATE_BYTES; // what is declared says nothing of it
        }
        BytesInFlight.Permit held = parts.inFlight().take(sender(head), inMemory);
        parts.vertx().cancelTimer(bodyTimer);
        parts.vertx().cancelTimer(answerTimer);
        answerTimer = parts.vertx()
                .setTimer(limits.duration().plus(parts.limits().answer()).toMillis(), id -> late());
        BatchExchange opened = new BatchExchange(this, request, parts, context, traceId, held);
        batch = opened;
        onWorker(held, () -> {
            BatchIntake intake = parts.ingress().open(head);
            context.runOnContext(ignored -> {
                goOn();
                opened.lines(intake, coding, trusted);
            });
        });
    }

    /** Whose share a request takes: the names of its certificate, known before the policy is asked. */
    private static String sender(RequestHead head) {
        return String.join(" ", CertificateIdentity.of(head.certificate()));
    }

    private void goOn() {
        if (!answered && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue().onFailure(gone -> {}); // the body will not come: the deadline ends it
        }
    }

    /** The body is whole. */
    void bodyEnded() {
        ended = true;
        parts.vertx().cancelTimer(bodyTimer);
    }

    /** Reads the rest of a request that is refused at its head. */
    void drain() {
        request.handler(this::discard);
        request.endHandler(end -> bodyEnded());
        request.resume();
    }

    /** The connection broke: nobody hears an answer. */
    void broken() {
        answered = true;
        release();
        BatchExchange going = batch;
        if (going != null) {
            going.abandon();
        }
        parts.vertx().cancelTimer(answerTimer);
        parts.vertx().cancelTimer(bodyTimer);
    }

    private void work(RequestHead head, byte[] sent, BodyForm form, ContentCoding coding) {
        BytesInFlight.Permit held = Objects.requireNonNull(permit, "a body is read under a permit");
        permit = null; // from here the work holds it: an answer that came first does not free the memory
        onWorker(held, () -> {
            int maxEvent = parts.limits().maxBodyBytes();
            byte[] body = unseen(() -> inflated(sent, form, coding, held));
            if (form == BodyForm.CLOUDEVENTS || form == BodyForm.FHIR && BatchSplitter.isBundle(body)) {
                BatchIntake intake = parts.ingress().open(head);
                List<BatchEvent> events = unseen(() -> new BatchSplitter(parts.batches(), maxEvent).split(form, body));
                context.runOnContext(ignored -> held(intake, events, held));
            } else if (body.length > maxEvent) {
                unseen(() -> {
                    throw tooLarge(maxEvent);
                });
            } else {
                parts.ingress()
                        .accept(new ReceivedRequest(head, body))
                        .whenComplete((accepted, fault) -> done(held, accepted, fault));
            }
        });
    }

    private byte[] inflated(byte[] sent, BodyForm form, ContentCoding coding, BytesInFlight.Permit held) {
        int most = maxBody(form);
        return coding == ContentCoding.IDENTITY
                ? sent
                : HeldBody.inflated(
                        sent, parts.decompression(), held, most, tooLarge(most).problem());
    }

    /** Takes a step that may refuse before any stage saw the request; those see to the trail themselves. */
    private <T> T unseen(Supplier<T> step) {
        try {
            return step.get();
        } catch (RefusedException refused) {
            parts.ingress().refused(refused.code(), certificate);
            throw refused;
        }
    }

    private void held(BatchIntake intake, List<BatchEvent> events, BytesInFlight.Permit held) {
        if (answered) {
            held.release();
        } else {
            BatchExchange opened = new BatchExchange(this, request, parts, context, traceId, held);
            batch = opened;
            opened.held(intake, events);
        }
    }

    private void onWorker(BytesInFlight.Permit held, Runnable task) {
        try {
            parts.workers().execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    done(held, null, e);
                }
            });
        } catch (RejectedExecutionException e) {
            done(
                    held,
                    null,
                    RefusedException.of(
                            ProblemCode.BACK_PRESSURE,
                            "Too many requests wait to be worked on. Repeat the request later."));
        }
    }

    private void done(BytesInFlight.Permit held, @Nullable Accepted accepted, @Nullable Throwable fault) {
        held.release();
        context.runOnContext(ignored -> {
            if (accepted != null) {
                accept(accepted);
            } else {
                refuse(problem(fault));
                if (!ended) {
                    drain(); // a body of lines whose sender was refused was not begun
                }
            }
        });
    }

    private void accept(Accepted accepted) {
        if (takeAnswer()) {
            parts.metrics().accepted(accepted.repeated());
            parts.metrics().answered(sinceHead());
            tell(request.response(), accepted.quota());
            send(202, "application/json", accepted.toJson());
        }
    }

    /** Takes the right to answer; false where an answer was sent. What is left of the body gets a deadline. */
    boolean takeAnswer() {
        if (answered) {
            return false;
        }
        answered = true;
        parts.vertx().cancelTimer(answerTimer);
        if (!ended && batch != null) {
            bodyTimer = parts.vertx().setTimer(parts.limits().body().toMillis(), id -> slow());
        }
        return true;
    }

    boolean answered() {
        return answered;
    }

    Duration sinceHead() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Refuses what no stage saw, unless an answer was sent: into the trail, and to the caller. */
    private void refuseUnseen(Problem problem) {
        if (!answered) {
            parts.ingress().refused(problem.code(), certificate);
        }
        refuse(problem);
    }

    /** A batch was left before its end for a reason that none of its events was refused for. */
    void countStop(Problem problem) {
        parts.metrics().refused(problem.code());
        parts.ingress().refused(problem.code(), certificate);
    }

    /** Its body cannot be read on. What was taken of a batch of lines is answered with what became of it. */
    void malformed() {
        closing = true;
        Problem problem = Problem.of(
                ProblemCode.HTTP_MALFORMED,
                "The body's chunks are not as RFC 9112 section 7.1 has them; the connection ends.");
        BatchExchange going = batch;
        if (answered) {
            close();
        } else if (going != null) {
            going.stop(problem);
        } else {
            refuseUnseen(problem);
        }
    }

    /** Says so in an answer, where the connection ends behind it. */
    void sayClosing(HttpServerResponse response) {
        if (closing) {
            response.putHeader("connection", "close");
        }
    }

    /** The answer was sent, or nobody hears it. */
    void sent() {
        if (closing) {
            close();
        }
    }

    private void close() {
        request.connection().close().onFailure(gone -> {}); // gone is what it should be
    }

    /** Sends a problem, unless an answer was sent. */
    void refuse(Problem problem) {
        if (!takeAnswer()) {
            return;
        }
        parts.metrics().refused(problem.code());
        HttpServerResponse response = request.response();
        if (problem.code().retry()) {
            sayWhen(response, problem.quota());
        }
        if (problem.code() == ProblemCode.METHOD_NOT_ALLOWED) {
            response.putHeader("allow", Route.isQuestion(request.uri()) ? "GET, HEAD" : "POST");
        }
        if (problem.code() == ProblemCode.CONTENT_ENCODING_UNSUPPORTED) {
            response.putHeader("accept-encoding", ContentCoding.accepted(parts.decompression()));
        }
        send(problem.code().status(), Problem.CONTENT_TYPE, problem.toJson(traceId));
    }

    /** Says when to come again, and by which bound. */
    static void sayWhen(HttpServerResponse response, @Nullable QuotaState quota) {
        response.putHeader("retry-after", Long.toString(quota == null ? 1 : quota.waitSeconds()));
        tell(response, quota);
    }

    /** Says how a caller stands with its quota, where it has one. */
    static void tell(HttpServerResponse response, @Nullable QuotaState quota) {
        if (quota != null) {
            response.putHeader("ratelimit-policy", quota.policyField()).putHeader("ratelimit", quota.limitField());
        }
    }

    private void send(int status, String type, byte[] json) {
        release();
        HttpServerResponse response = request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("content-length", Integer.toString(json.length))
                .putHeader("cache-control", "no-store");
        sayClosing(response);
        // Vert.x would send a body to HEAD over HTTP/2.
        Future<Void> sent =
                request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(Buffer.buffer(json));
        sent.onComplete(done -> sent()); // where the caller hung up, its repeat gets the same answer
    }

    /** Reads a piece of a refused body away. */
    void discard(Buffer chunk) {
        discarded += chunk.length();
        if (discarded > parts.limits().maxDiscardBytes()) {
            close();
        }
    }

    private void slow() {
        refuseUnseen(Problem.of(
                ProblemCode.REQUEST_TIMEOUT,
                "The body was not complete within " + parts.limits().body().toSeconds() + " seconds; send it faster."));
        if (!ended) {
            close();
        }
    }

    private void late() {
        BatchExchange going = batch;
        if (going != null) {
            going.abandon();
        }
        refuse(Problem.of(
                ProblemCode.KAFKA_UNAVAILABLE,
                "The event was not stored in time, so it may or may not be stored. Repeat the request with the same id: a"
                        + " repeat is released once."));
    }

    private void release() {
        BytesInFlight.Permit held = permit;
        permit = null;
        if (held != null) {
            held.release();
        }
    }

    private static RefusedException tooLarge(int maxBytes) {
        return RefusedException.of(
                ProblemCode.BODY_TOO_LARGE, "A body has at most " + maxBytes + " bytes; send smaller ones.");
    }

    private Problem problem(@Nullable Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof RefusedException refused) {
            return refused.problem();
        }
        // Only class and place: a message may quote what the producer sent.
        LOG.atError()
                .addKeyValue("traceId", traceId)
                .addKeyValue("fault", cause == null ? "none" : cause.getClass().getName())
                .addKeyValue("at", cause == null || cause.getStackTrace().length == 0 ? "" : cause.getStackTrace()[0])
                .log("A request failed by a fault of the gateway");
        return Problem.of(
                ProblemCode.INTERNAL, "A fault of the gateway; its log names it by traceId. Nothing was acknowledged.");
    }
}
