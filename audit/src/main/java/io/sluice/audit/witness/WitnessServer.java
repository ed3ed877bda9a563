package io.sluice.audit.witness;

import io.sluice.audit.http.ConnectionShare;
import io.sluice.audit.http.ServerConnections;
import io.sluice.audit.witness.WitnessAnswer.Status;
import io.sluice.serving.address.AddressBudgets;
import io.sluice.serving.address.Network;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A witness over HTTPS: {@code POST /add-checkpoint}, {@code GET /<hex SHA-256 of an origin>/checkpoint}, and {@code
 * /livez}. Signs and writes on one worker thread at a time.
 *
 * <p>Anybody may ask, so what strangers can take is bounded: {@value #MAX_CONNECTIONS} connections, {@value
 * #MAX_OF_NETWORK} of one address, with one request each at a time (HTTP/1.1), of which {@value #MAX_REQUESTS} are judged or wait for it, the others are answered 503; what one address
 * asks beyond its {@link AddressBudgets budget} is answered 429; and a connection that brings no whole request within the configured
 * time is closed.
 *
 * <p>Thread-safe; closing ends the server, not the witness.
 */
public final class WitnessServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);
    private static final String ADD_CHECKPOINT = "/add-checkpoint";
    private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String SIZE = "text/x.tlog.size";
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_LINE_BYTES = 2_048;
    private static final long START_LIMIT_SECONDS = 30;
    static final int MAX_CONNECTIONS = 256;
    static final int MAX_OF_NETWORK = 64;
    static final int MAX_REQUESTS = 32;
    /** That one address may ask, in the long run. A log asks about once a second. */
    static final int REQUESTS_PER_SECOND = 10;
    /** That one address may ask at once. */
    static final int REQUESTS_AT_ONCE = 100;

    private final Vertx vertx;
    private final Witness witness;
    private final HttpServer server;
    private final String address;
    private final ServerConnections connections;
    private final ConnectionShare share = new ConnectionShare(MAX_CONNECTIONS, MAX_OF_NETWORK);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AddressBudgets budgets = new AddressBudgets(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE, System::nanoTime);

    private WitnessServer(WitnessServerConfig config, Vertx vertx, Witness witness) {
        this.vertx = vertx;
        this.witness = witness;
        this.connections = new ServerConnections(vertx, config.idleTimeout());
        this.server = vertx.createHttpServer(options(config))
                .connectionHandler(connection -> connections.opened(connection, List.of(share)))
                .requestHandler(this::handle)
                .listen(config.port(), config.host())
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(START_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
        this.address = (config.tls() == null ? "http" : "https") + "://" + config.host() + ":" + server.actualPort();
    }

    /**
     * Starts serving and waits until it does.
     *
     * @throws IllegalStateException where the port is taken or the certificate cannot be read
     */
    public static WitnessServer start(WitnessServerConfig config, Witness witness) {
        Vertx vertx = Vertx.vertx();
        try {
            WitnessServer server = new WitnessServer(config, vertx, witness);
            LOG.info("witness served: {}", server.address);
            return server;
        } catch (CompletionException e) {
            closeNow(vertx);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IllegalStateException(
                    "cannot serve the witness on " + config.host() + ":" + config.port() + ": " + cause.getMessage(),
                    cause);
        }
    }

    /** Its address, the submission prefix and the monitoring prefix, without a slash at its end. */
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

    private static HttpServerOptions options(WitnessServerConfig config) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) config.idleTimeout().toMillis());
        WitnessServerConfig.Tls tls = config.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setUseAlpn(false) // HTTP/1.1: a bound on connections is one on requests
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(tls.chain().toString())
                            .setKeyPath(tls.key().toString()));
        }
        return options;
    }

    private void handle(HttpServerRequest request) {
        request.response().putHeader("X-Content-Type-Options", "nosniff");
        String path = request.path() == null ? "" : request.path();
        Matcher checkpoint = CHECKPOINT.matcher(path);
        if (path.equals("/livez")) {
            answer(request, 200, TEXT, "ok\n");
        } else if (!budgets.take(Network.of(request.connection().remoteAddress().hostAddress()))) {
            request.response().putHeader("Retry-After", "1");
            answer(request, 429, TEXT, "this address asks more than " + REQUESTS_PER_SECOND + " times a second\n");
        } else if (path.equals(ADD_CHECKPOINT)) {
            if (allowed(request, HttpMethod.POST)) {
                read(request);
            }
        } else if (checkpoint.matches()) {
            if (allowed(request, HttpMethod.GET)) {
                show(request, checkpoint.group(1));
            }
        } else {
            answer(request, 404, TEXT, "no such resource\n");
        }
    }

    private boolean allowed(HttpServerRequest request, HttpMethod method) {
        if (request.method().equals(method)) {
            return true;
        }
        request.response().putHeader("Allow", method.name());
        answer(request, 405, TEXT, "only " + method.name() + "\n");
        return false;
    }

    /** Collects the body up to its limit; beyond it the connection ends, whatever is still to come. */
    private void read(HttpServerRequest request) {
        Buffer body = Buffer.buffer();
        request.exceptionHandler(failure -> LOG.debug("a request broke off: {}", failure.getMessage()));
        request.handler(part -> {
            if (request.response().ended()) {
                return;
            }
            body.appendBuffer(part);
            if (body.length() > AddCheckpoint.MAX_BYTES) {
                request.response().putHeader("Connection", "close");
                answer(request, 413, TEXT, "a request has at most " + AddCheckpoint.MAX_BYTES + " bytes\n");
                request.connection().close();
            }
        });
        request.endHandler(end -> {
            if (!request.response().ended()) {
                judge(request, body.getBytes());
            }
        });
    }

    private <T> void work(HttpServerRequest request, Callable<T> task, Consumer<AsyncResult<T>> then) {
        if (underWay.incrementAndGet() > MAX_REQUESTS) {
            underWay.decrementAndGet();
            request.response().putHeader("Retry-After", "1");
            answer(request, 503, TEXT, "too many requests are under way\n");
            return;
        }
        connections.hasCome(request.connection());
        vertx.executeBlocking(task).onComplete(result -> {
            underWay.decrementAndGet();
            then.accept(result);
        });
    }

    private void judge(HttpServerRequest request, byte[] body) {
        work(request, () -> witness.addCheckpoint(body), result -> {
            if (result.failed()) {
                LOG.error("cannot keep what was to be cosigned", result.cause());
                answer(request, 500, TEXT, "the witness cannot write\n");
                return;
            }
            WitnessAnswer answer = result.result();
            boolean size = answer.status() == Status.OTHER_SIZE;
            answer(
                    request,
                    answer.status().code(),
                    size ? SIZE : TEXT,
                    answer.text() + (answer.status() == Status.COSIGNED ? "" : "\n"));
        });
    }

    private void show(HttpServerRequest request, String log) {
        work(request, () -> witness.checkpoint(log), result -> {
            if (result.failed()) {
                LOG.error("cannot show a checkpoint", result.cause());
                answer(request, 500, TEXT, "the witness cannot read\n");
            } else {
                result.result()
                        .ifPresentOrElse(
                                note -> answer(request, 200, TEXT, new String(note.toBytes(), StandardCharsets.UTF_8)),
                                () -> answer(request, 404, TEXT, "no checkpoint of such a log was seen\n"));
            }
        });
    }

    private void answer(HttpServerRequest request, int status, String type, String text) {
        connections.await(request.connection());
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .end(text);
    }
}
