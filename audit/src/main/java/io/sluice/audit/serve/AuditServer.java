package io.sluice.audit.serve;

import io.sluice.audit.serve.LogResources.Resource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a log folder: {@code /checkpoint}, {@code /checkpoint.witnessed}, {@code /checkpoint.timestamped}, {@code /log.vkey}, {@code /tile/...} and {@code /livez}, by GET alone. Reads
 * from disk on worker threads. Where client certificates are asked for, every path but none is behind them, the health
 * check included: probe it from the same host with a certificate, or by TCP.
 *
 * <p>Thread-safe; closing ends the server and, where it was made here, Vert.x.
 */
public final class AuditServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditServer.class);
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_LINE_BYTES = 2_048;
    private static final long START_LIMIT_SECONDS = 30;

    private final Vertx vertx;
    private final HttpServer server;
    private final String scheme;
    private final String host;

    private AuditServer(Vertx vertx, HttpServer server, String scheme, String host) {
        this.vertx = vertx;
        this.server = server;
        this.scheme = scheme;
        this.host = host;
    }

    /**
     * Starts serving and waits until it does.
     *
     * @throws IllegalStateException where the port is taken or a certificate cannot be read
     */
    public static AuditServer start(AuditServerConfig config) {
        Vertx vertx = Vertx.vertx();
        try {
            LogResources resources = new LogResources(config.log());
            boolean personal = config.tls() != null && config.tls().clientTrust() != null;
            HttpServer server = vertx.createHttpServer(options(config))
                    .requestHandler(request -> handle(vertx, resources, personal, request))
                    .listen(config.port(), config.host())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(START_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .join();
            String scheme = config.tls() == null ? "http" : "https";
            LOG.info("audit log served: {}://{}:{}", scheme, config.host(), server.actualPort());
            return new AuditServer(vertx, server, scheme, config.host());
        } catch (CompletionException e) {
            closeNow(vertx);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "cannot serve the audit log on " + config.host() + ":" + config.port() + ": " + cause.getMessage(),
                    cause);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** The log's address, without a slash at its end. */
    public String address() {
        return scheme + "://" + host + ":" + port();
    }

    @Override
    public void close() {
        closeNow(vertx);
    }

    private static void closeNow(Vertx vertx) {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(START_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static HttpServerOptions options(AuditServerConfig config) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) config.idleTimeout().toMillis());
        AuditServerConfig.Tls tls = config.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(tls.chain().toString())
                            .setKeyPath(tls.key().toString()));
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
