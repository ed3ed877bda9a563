package io.sluice.gateway.receive;

import io.sluice.gateway.parse.RequestHeaders;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.BytesInFlight;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
 * All of it runs on the connection's event loop but {@link Ingress#accept}, which runs on a worker. Exactly one answer is
 * sent, whatever comes first.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final HttpServerRequest request;
    private final DataServer.Parts parts;
    private final Context context;
    private final String traceId;
    private final long startNanos = System.nanoTime();
    private final long answerTimer;
    private long bodyTimer;
    private boolean answered;
    private boolean ended;
    private long discarded;

    private BytesInFlight.@Nullable Permit permit;

    Exchange(HttpServerRequest request, DataServer.Parts parts, Context context, String traceId) {
        this.request = request;
        this.parts = parts;
        this.context = context;
        this.traceId = traceId;
        ReceiveLimits limits = parts.limits();
        this.answerTimer = parts.vertx().setTimer(limits.answer().toMillis(), id -> late());
        this.bodyTimer = parts.vertx().setTimer(limits.body().toMillis(), id -> slow());
    }

    /** Begins to read. @param certificate the caller's, verified */
    void begin(Route route, X509Certificate certificate) {
        int maxBody = parts.limits().maxBodyBytes();
        RequestHeaders headers = HeaderReader.read(request.headers());
        long declared = HeaderReader.contentLength(request.headers());
        if (headers.contentEncoding() != null && !"identity".equals(headers.contentEncoding())) {
            throw RefusedException.of(
                    ProblemCode.CONTENT_ENCODING_UNSUPPORTED,
                    "Compressed bodies are not accepted; send it without Content-Encoding.");
        }
        if (declared > maxBody) {
            throw tooLarge();
        }
        // Where no length is declared the whole maximum is reserved: permits are a promise about memory.
        permit = parts.inFlight().take(declared < 0 ? maxBody : declared);
        Buffer collected = Buffer.buffer((int) Math.max(declared, 0));
        request.handler(chunk -> {
            if (answered) {
                discard(chunk);
            } else if (collected.length() + chunk.length() > maxBody) {
                refuse(tooLarge().problem());
            } else {
                collected.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> {
            ended = true;
            parts.vertx().cancelTimer(bodyTimer);
            if (!answered) {
                work(new ReceivedRequest(route.dataset(), certificate, headers, collected.getBytes(), traceId));
            }
        });
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue().onFailure(gone -> {}); // the body will not come: the deadline ends it
        }
        request.resume();
    }

    /** Reads the rest of a request that is refused at its head. */
    void drain() {
        request.handler(this::discard);
        request.endHandler(end -> {
            ended = true;
            parts.vertx().cancelTimer(bodyTimer);
        });
        request.resume();
    }

    /** The connection broke: nobody hears an answer. */
    void broken() {
        answered = true;
        release();
        parts.vertx().cancelTimer(answerTimer);
        parts.vertx().cancelTimer(bodyTimer);
    }

    private void work(ReceivedRequest received) {
        BytesInFlight.Permit held = permit;
        permit = null; // from here the work holds it: an answer that came first does not free the memory
        Executor workers = parts.workers();
        try {
            workers.execute(() -> {
                try {
                    parts.ingress().accept(received).whenComplete((accepted, fault) -> done(held, accepted, fault));
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

    private void done(BytesInFlight.@Nullable Permit held, @Nullable Accepted accepted, @Nullable Throwable fault) {
        if (held != null) {
            held.release();
        }
        context.runOnContext(ignored -> {
            if (accepted != null) {
                accept(accepted);
            } else {
                refuse(problem(fault));
            }
        });
    }

    private void accept(Accepted accepted) {
        if (!answered) {
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            parts.metrics().accepted(took, accepted.repeated());
            send(202, "application/json", accepted.toJson());
        }
    }

    /** Sends a problem, unless an answer was sent. */
    void refuse(Problem problem) {
        if (answered) {
            return;
        }
        parts.metrics().refused(problem.code());
        HttpServerResponse response = request.response();
        if (problem.code().retry()) {
            response.putHeader("retry-after", "1");
        }
        if (problem.code() == ProblemCode.METHOD_NOT_ALLOWED) {
            response.putHeader("allow", "POST");
        }
        send(problem.code().status(), Problem.CONTENT_TYPE, problem.toJson(traceId));
    }

    private void send(int status, String type, byte[] json) {
        answered = true;
        release();
        parts.vertx().cancelTimer(answerTimer);
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("cache-control", "no-store")
                .end(Buffer.buffer(json))
                .onFailure(gone -> {}); // the caller hung up; its repeat gets the same answer
    }

    private void discard(Buffer chunk) {
        discarded += chunk.length();
        if (discarded > parts.limits().maxDiscardBytes()) {
            request.connection().close().onFailure(gone -> {});
        }
    }

    private void slow() {
        if (!answered) {
            refuse(Problem.of(
                    ProblemCode.REQUEST_TIMEOUT,
                    "The body was not complete within " + parts.limits().body().toSeconds()
                            + " seconds; send it faster."));
        }
        if (!ended) {
            request.connection().close().onFailure(gone -> {});
        }
    }

    private void late() {
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

    private RefusedException tooLarge() {
        return RefusedException.of(
                ProblemCode.BODY_TOO_LARGE,
                "A body has at most " + parts.limits().maxBodyBytes() + " bytes; send smaller events.");
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
