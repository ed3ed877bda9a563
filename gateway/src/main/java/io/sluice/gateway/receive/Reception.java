package io.sluice.gateway.receive;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests in: finds the caller of each, whose certificate has to be good still, and begins its {@link Exchange}.
 * Thread-safe; one request's part of it runs on its connection's event loop.
 */
final class Reception {
    private final DataServer.Parts parts;
    private final ServerTls tls;
    private final Connections connections;
    private final BooleanSupplier draining;

    /** @param draining whether no more may be taken of what is under way */
    Reception(DataServer.Parts parts, ServerTls tls, Connections connections, BooleanSupplier draining) {
        this.parts = parts;
        this.tls = tls;
        this.connections = connections;
        this.draining = draining;
    }

    void receive(HttpServerRequest request, Context context) {
        Connections.Guard guard = connections.guard(request.connection());
        if (guard == null) {
            return; // above the cap, it is being closed
        }
        request.pause();
        String traceId = traceId();
        request.response().putHeader("traceresponse", "00-" + traceId + "-" + eightBytes() + "-00");
        int number = guard.requestBegan();
        Exchange exchange = new Exchange(
                request,
                parts,
                context,
                traceId,
                () -> requireTrusted(request.connection(), guard),
                guard::requestEnded,
                () -> guard.requestOver(number));
        request.exceptionHandler(exchange::bodyBroken);
        request.response().exceptionHandler(broken -> exchange.broken());
        request.response().endHandler(end -> exchange.answerEnded());
        try {
            X509Certificate certificate = certificate(request.connection(), guard);
            exchange.begin(Route.of(request.method().name(), request.uri()), certificate);
        } catch (RefusedException refused) {
            exchange.refuse(refused.problem());
            parts.ingress().refused(refused.code(), peer(request.connection()));
            if (refused.code() == ProblemCode.CERTIFICATE_INVALID) {
                request.connection().shutdown(Duration.ofSeconds(1)).onFailure(gone -> {});
            }
        }
        if (request.version() != HttpVersion.HTTP_2) { // there it is the stream that breaks
            guard.onBroken(exchange::malformed);
        }
    }

    /** The caller's, still good. @throws RefusedException {@code certificate-invalid}; the connection has to be closed */
    private X509Certificate certificate(HttpConnection connection, Connections.Guard guard) {
        long generation = tls.generation();
        try {
            X509Certificate leaf = tls.requireTrusted(connection, guard.verifiedUnder());
            guard.verified(generation);
            return leaf;
        } catch (CertificateException e) {
            throw RefusedException.of(
                    ProblemCode.CERTIFICATE_INVALID,
                    "The certificate of this connection has expired or was revoked. Connect with a valid one.");
        }
    }

    /** Before more of a long body is taken. */
    private void requireTrusted(HttpConnection connection, Connections.Guard guard) {
        certificate(connection, guard);
        if (draining.getAsBoolean()) {
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "This gateway is shutting down. Send the rest of the batch again; another one answers.");
        }
    }

    /** What the decoder could not read. Vert.x closes the connection behind the answer. */
    void malformed(HttpServerRequest request) {
        ProblemCode code = MalformedHttp.code(request.decoderResult());
        parts.metrics().refused(code);
        parts.ingress().refused(code, peer(request.connection()));
        request.response()
                .setStatusCode(code.status())
                .putHeader("content-type", Problem.CONTENT_TYPE)
                .putHeader("connection", "close")
                .end(Buffer.buffer(Problem.of(code, MalformedHttp.detail(code, parts.limits()))
                        .toJson(traceId())))
                .onFailure(gone -> {}); // the caller hung up
    }

    static @Nullable X509Certificate peer(HttpConnection connection) {
        try {
            return (X509Certificate) connection.peerCertificates().get(0);
        } catch (SSLPeerUnverifiedException e) {
            return null; // it closed meanwhile
        }
    }

    /** Ours, whatever the caller sent: ADR 10. It is no secret, so it is drawn where that costs nothing. */
    private static String traceId() {
        return eightBytes() + eightBytes();
    }

    private static String eightBytes() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
