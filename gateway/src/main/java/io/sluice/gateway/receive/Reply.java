package io.sluice.gateway.receive;

import io.sluice.gateway.answer.Accepted;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.QuotaState;
import io.sluice.gateway.problem.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one answer to a request, whatever comes first: an acceptance, a problem, or a batch's own. It counts what is refused,
 * and notes for the trail what no stage behind {@link Ingress} saw. Lives on the connection's event loop, but {@link #unseen}.
 */
final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

    private final HttpServerRequest request;
    private final DataServer.Parts parts;
    private final String traceId;
    private final Runnable onTaken;
    private final long startNanos = System.nanoTime();
    private boolean taken;
    private boolean closing;
    private boolean torn;
    private volatile @Nullable X509Certificate certificate;

    /** @param onTaken told once there is an answer, or nobody to hear one */
    Reply(HttpServerRequest request, DataServer.Parts parts, String traceId, Runnable onTaken) {
        this.request = request;
        this.parts = parts;
        this.traceId = traceId;
        this.onTaken = onTaken;
    }

    /** Whose request it is, for the trail. */
    void from(X509Certificate caller) {
        certificate = caller;
    }

    /** Takes the right to answer, or to leave it be; false where somebody did before. */
    boolean take() {
        if (taken) {
            return false;
        }
        taken = true;
        onTaken.run();
        return true;
    }

    /** Whether there is an answer, or nobody to hear one. */
    boolean isTaken() {
        return taken;
    }

    /** The connection ends behind the answer. */
    void closeBehind() {
        closing = true;
    }

    /** Refuses it on a stream that is about to be reset, unless an answer was begun: into the trail, and to the caller. */
    void refuseTorn() {
        torn = true;
        refuseUnseen(TornStream.problem());
    }

    Duration sinceHead() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Says that an event or choice is durable. */
    void accept(Accepted accepted) {
        if (take()) {
            parts.metrics().accepted(accepted.repeated());
            parts.metrics().answered(sinceHead());
            tell(request.response(), accepted.quota());
            send(202, "application/json", accepted.toJson());
        }
    }

    /** Answers a question. */
    void tell(Ingress.Told told) {
        if (take()) {
            tell(request.response(), told.quota());
            send(200, "application/json", told.json());
        }
    }

    /** Refuses for what a stage threw, or for a fault. */
    void fail(@Nullable Throwable fault) {
        refuse(problem(fault));
    }

    /** Refuses what no stage saw: into the trail, and to the caller. */
    void refuseUnseen(Problem problem) {
        if (!taken) {
            parts.ingress().refused(problem.code(), certificate);
        }
        refuse(problem);
    }

    /** Takes a step that may refuse before any stage saw the request; those see to the trail themselves. On any thread. */
    <T> T unseen(Supplier<T> step) {
        try {
            return step.get();
        } catch (RefusedException refused) {
            parts.ingress().refused(refused.code(), certificate);
            throw refused;
        }
    }

    /** A batch was left before its end for a reason that none of its events was refused for. */
    void countStop(Problem problem) {
        parts.metrics().refused(problem.code());
        parts.ingress().refused(problem.code(), certificate);
    }

    /** Sends a problem, unless there was an answer. */
    void refuse(Problem problem) {
        if (!take()) {
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

    /** Begins an answer: what all of them have. */
    HttpServerResponse begin(int status, String type, long length) {
        HttpServerResponse response = request.response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("content-length", Long.toString(length))
                .putHeader("cache-control", "no-store");
        if (closing) {
            response.putHeader("connection", "close");
        }
        return response;
    }

    /** The answer was sent, or nobody hears it. */
    void sent() {
        if (closing) {
            close();
        }
    }

    /** Ends the connection. */
    void close() {
        request.connection().close().onFailure(gone -> {}); // gone is what it should be
    }

    private void send(int status, String type, byte[] json) {
        HttpServerResponse response = begin(status, type, json.length);
        if (torn) {
            TornStream.answer(request, response, json);
            return;
        }
        // Vert.x would send a body to HEAD over HTTP/2.
        Future<Void> sending =
                request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(Buffer.buffer(json));
        sending.onComplete(done -> sent()); // where the caller hung up, its repeat gets the same answer
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
