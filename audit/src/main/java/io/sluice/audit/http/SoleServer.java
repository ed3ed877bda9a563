package io.sluice.audit.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP server with a Vert.x of its own, that listens within {@value #START_LIMIT_SECONDS} seconds or not at all.
 * Thread-safe; closing ends both.
 */
public final class SoleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SoleServer.class);
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_LINE_BYTES = 2_048;
    private static final long START_LIMIT_SECONDS = 30;

    private final Vertx vertx;
    private final String address;
    private final int port;

    private SoleServer(Vertx vertx, String address, int port) {
        this.vertx = vertx;
        this.address = address;
        this.port = port;
    }

    /** What requests are bound by; plain HTTP, not compressed. @param idleTimeout a connection without traffic is closed after it */
    public static HttpServerOptions bounded(Duration idleTimeout) {
        return new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) idleTimeout.toMillis());
    }

    /** Over TLS 1.3 or 1.2. @param chain its certificate and the intermediates, PEM @param key PKCS#8 PEM */
    public static void secure(HttpServerOptions options, Path chain, Path key, boolean http2) {
        options.setSsl(true)
                .setUseAlpn(http2)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setKeyCertOptions(
                        new PemKeyCertOptions().setCertPath(chain.toString()).setKeyPath(key.toString()));
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param what is served, for the log and errors
     * @param handlers sets the server's handlers before it listens
     * @throws IllegalStateException where the port is taken or a certificate cannot be read
     */
    public static SoleServer start(
            String what, String host, int port, HttpServerOptions options, BiConsumer<Vertx, HttpServer> handlers) {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer(options);
            handlers.accept(vertx, server);
            int listens = server.listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(START_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .join()
                    .actualPort();
            String address = (options.isSsl() ? "https" : "http") + "://" + host + ":" + listens;
            LOG.info("{} served: {}", what, address);
            return new SoleServer(vertx, address, listens);
        } catch (CompletionException e) {
            closeNow(vertx);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "cannot serve the " + what + " on " + host + ":" + port + ": " + cause.getMessage(), cause);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** Its address, without a slash at its end. */
    public String address() {
        return address;
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
}
