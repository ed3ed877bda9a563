package io.sluice.reveal.serve;

import io.sluice.reveal.RevealLimits;
import io.sluice.reveal.answer.ProblemCode;
import io.sluice.reveal.answer.RefusedException;
import io.sluice.reveal.answer.Reply;
import io.sluice.reveal.answer.RevealService;
import io.sluice.reveal.answer.RevealService.Address;
import io.sluice.reveal.operate.RevealMetrics;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server: TLS 1.3 with a client certificate always, HTTP/1.1, no compression, no files. The certificate is
 * verified again for each request under the revocation lists then in force. It hands whole bodies to the service on worker
 * threads. Thread-safe.
 */
public final class RevealServer {
    private static final Logger LOG = LoggerFactory.getLogger(RevealServer.class);
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_LINE_BYTES = 2 << 10;
    private static final int WORKERS = 4;
    private static final String REVIEW = "/v1/reviews/";

    private final Vertx vertx;
    private final RevealLimits limits;
    private final ServerTls tls;
    private final RevealService service;
    private final RevealMetrics metrics;
    private final HttpServer server;
    private final WorkerExecutor workers;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean draining;

    /** @param port 0 for any free one */
    public RevealServer(
            Vertx vertx,
            String host,
            int port,
            RevealLimits limits,
            ServerTls tls,
            RevealService service,
            RevealMetrics metrics) {
        this.vertx = vertx;
        this.limits = limits;
        this.tls = tls;
        this.service = service;
        this.metrics = metrics;
        this.workers = vertx.createSharedWorkerExecutor("sluice-reveal", WORKERS);
        HttpServerConfig http = new HttpServerConfig()
                .setVersions(HttpVersion.HTTP_1_1)
                .setTcpHost(host)
                .setTcpPort(port)
                .setIdleTimeout(limits.idle())
                .setHandle100ContinueAutomatically(false)
                .setHttp1Config(new Http1ServerConfig()
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_LINE_BYTES));
        this.server = vertx.createHttpServer(http, tls.options())
                .connectionHandler(this::opened)
                .exceptionHandler(fault -> metrics.handshakeRefused())
                .requestHandler(this::receive);
        metrics.gauge("connections", "Open connections", connections::get);
        metrics.gauge("requests.under.way", "Requests under way", underWay::get);
    }

    /** Binds the port. */
    public Future<HttpServer> listen() {
        return server.listen();
    }

    /** The bound port. */
    public int port() {
        return server.actualPort();
    }

    /** Uses the certificate of the reloaded files for new connections. */
    public void reloadCertificate() {
        server.updateSSLOptions(tls.options(), true)
                .onFailure(e -> LOG.atError()
                        .addKeyValue("fault", e.getClass().getName())
                        .log("The new certificate cannot be used; the old one stays"));
    }

    /** Takes no new requests and waits for those under way. */
    public Future<Void> drain() {
        draining = true;
        return server.shutdown(limits.drain());
    }

    private void opened(HttpConnection connection) {
        if (connections.incrementAndGet() > limits.maxConnections()) {
            connections.decrementAndGet();
            connection.close().onFailure(gone -> {}); // gone is what it should be
            return;
        }
        connection.closeHandler(closed -> connections.decrementAndGet());
    }

    /** The body is read before a refusal too: a caller that is still sending would not see the answer. */
    private void receive(HttpServerRequest request) {
        request.response().exceptionHandler(broken -> {}); // the caller hung up
        if (underWay.incrementAndGet() > limits.maxRequests()) {
            underWay.decrementAndGet();
            refuse(
                    request,
                    RefusedException.of(
                            ProblemCode.BACK_PRESSURE, "Too many requests are under way. Repeat it later."));
            return;
        }
        Future<byte[]> whole = body(request);
        Future<Reply> answered;
        try {
            X509Certificate leaf = certificate(request);
            Address address = address(request);
            answered = whole.compose(body -> workers.executeBlocking(() -> service.answer(address, leaf, body), false));
        } catch (RefusedException refused) {
            answered = whole.compose(body -> Future.failedFuture(refused));
        }
        answered.onComplete(reply -> {
            underWay.decrementAndGet();
            if (reply.succeeded()) {
                send(request, reply.result());
            } else {
                refuse(request, refusal(reply.cause()));
            }
        });
    }

    private static RefusedException refusal(Throwable fault) {
        return fault instanceof RefusedException refused
                ? refused
                : RefusedException.of(ProblemCode.INTERNAL, "A fault of the service. Nothing was answered.");
    }

    private X509Certificate certificate(HttpServerRequest request) {
        if (draining) {
            throw RefusedException.of(
                    ProblemCode.BACK_PRESSURE,
                    "This service is shutting down. Repeat the request; another one answers.");
        }
        try {
            return tls.requireTrusted(request.connection(), 0);
        } catch (CertificateException e) {
            throw RefusedException.of(
                    ProblemCode.CERTIFICATE_INVALID,
                    "The certificate of this connection has expired or was revoked. Connect with a valid one.");
        }
    }

    private static Address address(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        Optional<Address> found = Optional.empty();
        if (path.equals("/v1/reveal")) {
            found = Optional.of(new Address.Values());
        } else if (path.equals("/v1/emergencies")) {
            found = Optional.of(new Address.Emergencies());
        } else if (path.equals("/v1/reviews")) {
            found = Optional.of(new Address.Reviews());
        } else if (path.startsWith(REVIEW) && path.length() > REVIEW.length()) {
            found = Optional.of(new Address.Review(path.substring(REVIEW.length())));
        }
        Address address = found.orElseThrow(() -> RefusedException.of(
                ProblemCode.NOT_FOUND, "There are /v1/reveal, /v1/emergencies, /v1/reviews and /v1/reviews/<id>."));
        String method = address instanceof Address.Reviews ? "GET" : "POST";
        if (!request.method().name().equals(method)) {
            throw RefusedException.of(ProblemCode.METHOD_NOT_ALLOWED, "This address takes " + method + ".");
        }
        String type = request.getHeader("content-type");
        if (method.equals("POST")
                && (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json"))) {
            throw RefusedException.of(ProblemCode.CONTENT_TYPE_UNSUPPORTED, "Send application/json.");
        }
        return address;
    }

    /** The whole body, bounded in length and in time. */
    private Future<byte[]> body(HttpServerRequest request) {
        io.vertx.core.Promise<byte[]> whole = io.vertx.core.Promise.promise();
        Buffer read = Buffer.buffer();
        long timer = vertx.setTimer(
                limits.request().toMillis(),
                late -> whole.tryFail(RefusedException.of(
                        ProblemCode.REQUEST_TIMEOUT,
                        "The body did not arrive within " + limits.request().toSeconds() + " seconds.")));
        request.handler(part -> {
            if (read.length() + part.length() > limits.maxBodyBytes()) {
                whole.tryFail(RefusedException.of(
                        ProblemCode.BODY_TOO_LARGE, "A body has at most " + limits.maxBodyBytes() + " bytes."));
            } else if (!whole.future().isComplete()) {
                read.appendBuffer(part);
            }
        });
        request.exceptionHandler(broken -> whole.tryFail(broken));
        request.endHandler(end -> whole.tryComplete(read.getBytes()));
        return whole.future().eventually(() -> {
            vertx.cancelTimer(timer);
            return Future.succeededFuture();
        });
    }

    /** A refusal before the service: nobody tried anything, and the connection ends. */
    private void refuse(HttpServerRequest request, RefusedException refused) {
        metrics.refused(refused.code());
        if (!request.response().ended() && !request.response().closed()) {
            request.response().putHeader("connection", "close");
            send(request, Reply.of(refused, UUID.randomUUID().toString()));
            if (refused.code() == ProblemCode.CERTIFICATE_INVALID) {
                request.connection().shutdown(Duration.ofSeconds(1)).onFailure(gone -> {});
            }
        }
    }

    private static void send(HttpServerRequest request, Reply reply) {
        request.response()
                .setStatusCode(reply.status())
                .putHeader("content-type", reply.contentType())
                .putHeader("cache-control", "no-store");
        if (reply.retryAfterSeconds() > 0) {
            request.response().putHeader("retry-after", Long.toString(reply.retryAfterSeconds()));
        }
        request.response().end(Buffer.buffer(reply.body())).onFailure(gone -> {}); // the caller hung up
    }
}
