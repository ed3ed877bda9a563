package io.sluice.audit.serve;

import io.sluice.audit.http.SoleServer;
import io.sluice.audit.serve.LogResources.Resource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a log folder: {@code /checkpoint}, {@code /checkpoint.witnessed}, {@code /checkpoint.timestamped}, {@code /log.vkey}, {@code /tile/...} and {@code /livez}, by GET alone. Reads
 * from disk on worker threads. Where client certificates are asked for, every path but none is behind them, the health
 * check included: probe it from the same host with a certificate, or by TCP.
 *
 * <p>Thread-safe.
 */
public final class AuditServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditServer.class);

    private final SoleServer server;

    private AuditServer(SoleServer server) {
        this.server = server;
    }

    /**
     * Starts serving and waits until it does.
     *
     * @throws IllegalStateException where the port is taken or a certificate cannot be read
     */
    public static AuditServer start(AuditServerConfig config) {
        LogResources resources = new LogResources(config.log());
        boolean personal = config.tls() != null && config.tls().clientTrust() != null;
        return new AuditServer(SoleServer.start(
                "audit log",
                config.host(),
                config.port(),
                options(config),
                (vertx, server) -> server.requestHandler(request -> handle(vertx, resources, personal, request))));
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** The log's address, without a slash at its end. */
    public String address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }

    private static HttpServerOptions options(AuditServerConfig config) {
        HttpServerOptions options = SoleServer.bounded(config.idleTimeout());
        AuditServerConfig.Tls tls = config.tls();
        if (tls != null) {
            SoleServer.secure(options, tls.chain(), tls.key(), true);
            if (tls.clientTrust() != null) {
                options.setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(tls.clientTrust().toString()));
            }
            if (tls.clientCrl() != null) {
                options.addCrlPath(tls.clientCrl().toString());
            }
        }
        return options;
    }

    private static void handle(Vertx vertx, LogResources resources, boolean personal, HttpServerRequest request) {
        request.response().putHeader("X-Content-Type-Options", "nosniff");
        if (!request.method().equals(HttpMethod.GET)) {
            request.response().putHeader("Allow", "GET");
            answer(request, 405, "only GET\n");
            return;
        }
        String path = request.path() == null ? "" : request.path();
        if (path.equals("/livez")) {
            answer(request, 200, "ok\n");
            return;
        }
        Future<Optional<Resource>> found = vertx.executeBlocking(() -> resources.find(path), false);
        found.onComplete(result -> {
            if (result.failed()) {
                LOG.error("cannot serve a file of the log", result.cause());
                answer(request, 500, "the log cannot be read\n");
            } else if (result.result().isEmpty()) {
                answer(request, 404, "no such resource\n");
            } else {
                send(request, result.result().get(), personal);
            }
        });
    }

    private static void send(HttpServerRequest request, Resource resource, boolean personal) {
        var unused = request.response()
                .putHeader("Content-Type", resource.contentType())
                .putHeader("Cache-Control", (personal ? "private, " : "public, ") + resource.cacheControl())
                .end(Buffer.buffer(resource.bytes()));
    }

    private static void answer(HttpServerRequest request, int status, String text) {
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }
}
