package io.sluice.audit.api;

import io.sluice.audit.access.SignIn;
import io.sluice.audit.access.Visitor;
import io.sluice.audit.http.ConnectionShare;
import io.sluice.audit.http.ServerConnections;
import io.sluice.audit.oidc.AccessTokens;
import io.sluice.audit.oidc.CodeFlow;
import io.sluice.serving.tls.ServerTls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTPS server: TLS 1.3, HTTP/1.1, GET alone, no compression. With a client certificate always, verified again for each
 * request under the revocation lists then in force; with a {@link SignIn} a session will do, and with {@link AccessTokens} a
 * bearer token (RFC 6750), which then counts alone. Answers are made on worker
 * threads, and none is kept by caches. No address is written to the operators' log: it may name a subject. Thread-safe.
 */
public final class ApiServer {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int MAX_HEADER_BYTES = 16 << 10;
    private static final int MAX_LINE_BYTES = 4 << 10;
    private static final int WORKERS = 4;
    /** Threads that may wait for the OpenID provider, and how many requests wait for them. */
    private static final int PROVERS = 2;

    private static final int MAX_PROVING = 16;

    /** Nothing but this server's own files; no inline script or style, no frames, no forms to elsewhere. */
    private static final Map<String, String> SECURITY = Map.of(
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
                    + " base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "no-referrer",
            "cross-origin-opener-policy",
            "same-origin",
            "cross-origin-resource-policy",
            "same-origin",
            "cache-control",
            "no-store");

    private final Vertx vertx;
    private final ApiLimits limits;
    private final Callers callers;
    private final Answers answers;
    private final BiFunction<String, RefusedException, Reply> problems;
    private final HttpServer server;
    private final WorkerExecutor workers;
    private final WorkerExecutor provers;
    private final ServerConnections connections;
    private final ConnectionShare all;
    private final ConnectionShare strangers;
    private final AtomicInteger proving = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param port 0 for any free one
     * @param signIn null where only certificates count
     * @param tokens null where no bearer token counts
     * @param problems the answer to a request of that path that is refused
     */
    public ApiServer(
            Vertx vertx,
            String host,
            int port,
            ApiLimits limits,
            ServerTls tls,
            @Nullable SignIn signIn,
            @Nullable AccessTokens tokens,
            Answers answers,
            BiFunction<String, RefusedException, Reply> problems) {
        this.vertx = vertx;
        this.limits = limits;
        this.callers = new Callers(tls, signIn, tokens, answers);
        this.answers = answers;
        this.problems = problems;
        this.workers = vertx.createSharedWorkerExecutor("sluice-audit-api", WORKERS);
        this.provers = vertx.createSharedWorkerExecutor("sluice-audit-provider", PROVERS);
        this.connections = new ServerConnections(vertx, limits.idle());
        this.all = new ConnectionShare(limits.maxConnections(), limits.maxConnections());
        this.strangers = new ConnectionShare(limits.maxStrangers(), limits.maxOfNetwork());
        HttpServerConfig http = new HttpServerConfig()
                .setVersions(HttpVersion.HTTP_1_1)
                .setTcpHost(host)
                .setTcpPort(port)
                .setIdleTimeout(limits.idle())
                .setHttp1Config(new Http1ServerConfig()
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_LINE_BYTES));
        this.server = vertx.createHttpServer(http, callers.options())
                .connectionHandler(this::opened)
                .requestHandler(this::receive);
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
        server.updateSSLOptions(callers.options(), true)
                .onFailure(e -> LOG.atError()
                        .addKeyValue("fault", e.getClass().getName())
                        .log("The new certificate cannot be used; the old one stays"));
    }

    /** Whoever shows no certificate has a share of the connections, and each network a part of that. */
    private void opened(HttpConnection connection) {
        connections.opened(connection, Callers.certified(connection) ? List.of(all) : List.of(all, strangers));
    }

    private void receive(HttpServerRequest request) {
        connections.hasCome(request.connection());
        request.response().exceptionHandler(broken -> {}); // the caller hung up
        request.response().endHandler(ended -> connections.await(request.connection()));
        String path = request.path() == null ? "" : request.path();
        if (underWay.incrementAndGet() > limits.maxRequests()) {
            underWay.decrementAndGet();
            refuse(
                    request,
                    path,
                    new RefusedException(
                            ProblemCode.BACK_PRESSURE, "Too many requests are under way. Repeat it later."));
            return;
        }
        Future<Reply> answer;
        try {
            String query = request.query();
            Map<String, String> cookies = cookies(request);
            Function<Visitor, Future<Reply>> answering = visitor -> {
                Callable<Reply> work = () -> answers.answer(visitor, path, query, cookies);
                return path.startsWith(CodeFlow.PREFIX) ? proved(work) : workers.executeBlocking(work, false);
            };
            List<String> shown = callers.tokens(request);
            // both are of the request's context, so that the pieces of an answer are sent on its event loop
            answer = shown.isEmpty()
                    ? answering.apply(callers.withoutToken(request))
                    : proved(() -> callers.bearer(shown)).compose(answering);
        } catch (RuntimeException fault) { // a refusal, or a fault of the server
            answer = Future.failedFuture(fault);
        }
        Future<Void> sent = answer.timeout(limits.answer().toMillis(), TimeUnit.MILLISECONDS)
                .compose(reply -> send(request, reply));
        // It is under way as long as it works, also where nobody waits for it any more.
        Future.join(answer, sent).onComplete(done -> underWay.decrementAndGet());
        sent.onFailure(fault -> {
            if (!request.response().ended()) {
                refuse(request, path, Faults.refusal(fault));
            }
        });
    }

    private static Map<String, String> cookies(HttpServerRequest request) {
        Map<String, String> cookies = new HashMap<>();
        for (String name : List.of(SignIn.COOKIE, CodeFlow.COOKIE)) {
            Cookie cookie = request.getCookie(name);
            if (cookie != null) {
                cookies.put(name, cookie.getValue());
            }
        }
        return cookies;
    }

    /** What may wait for the OpenID provider has threads of its own: its silence keeps nobody else waiting. */
    private <T> Future<T> proved(Callable<T> work) {
        if (proving.incrementAndGet() > MAX_PROVING) {
            proving.decrementAndGet();
            return Future.failedFuture(new RefusedException(
                    ProblemCode.BACK_PRESSURE, "Too many wait for the OpenID provider. Repeat it later."));
        }
        return provers.executeBlocking(work, false).onComplete(done -> proving.decrementAndGet());
    }

    private Future<Void> send(HttpServerRequest request, Reply reply) {
        HttpServerResponse response = request.response();
        response.setStatusCode(reply.status());
        SECURITY.forEach(response::putHeader);
        reply.headers().forEach(response::putHeader);
        if (reply instanceof Reply.Whole whole) {
            return response.end(Buffer.buffer(whole.body()));
        }
        response.setChunked(true);
        Reply.Pieces pieces = ((Reply.Stream) reply).pieces();
        return new PieceByPiece(
                        vertx.getOrCreateContext(), () -> workers.executeBlocking(pieces::next, false), response)
                .send();
    }

    private void refuse(HttpServerRequest request, String path, RefusedException refused) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) { // an export that broke: its end is missing, and whoever takes it sees that
            request.connection().close().onFailure(gone -> {});
            return;
        }
        if (refused.code().retry()) {
            response.putHeader("retry-after", "5");
        }
        if (refused.code() == ProblemCode.TOKEN_INVALID) { // RFC 6750 section 3
            response.putHeader("www-authenticate", "Bearer error=\"invalid_token\"");
        }
        if (refused.code() == ProblemCode.METHOD_NOT_ALLOWED) {
            response.putHeader("allow", "GET").putHeader("connection", "close"); // its body is not read
        }
        send(request, problems.apply(path, refused)).onFailure(gone -> {}); // the caller hung up
    }
}
