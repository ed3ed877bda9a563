package io.sluice.audit.witness;

import io.sluice.audit.http.ServerConnections;
import io.sluice.audit.witness.WitnessAnswer.Status;
import io.sluice.serving.address.AddressBudgets;
import io.sluice.serving.address.Network;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@link WitnessServer} answers: one request of a connection at a time, and so many under way at once. Thread-safe. */
final class WitnessRequests implements Handler<HttpServerRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessRequests.class);
    private static final String ADD_CHECKPOINT = "/add-checkpoint";
    private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String SIZE = "text/x.tlog.size";
    static final int MAX_REQUESTS = 32;
    /** That one address may ask, in the long run. A log asks about once a second. */
    static final int REQUESTS_PER_SECOND = 10;
    /** That one address may ask at once. */
    static final int REQUESTS_AT_ONCE = 100;

    private final Vertx vertx;
    private final Witness witness;
    private final ServerConnections connections;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AddressBudgets budgets = new AddressBudgets(REQUESTS_PER_SECOND, REQUESTS_AT_ONCE, System::nanoTime);

    WitnessRequests(Vertx vertx, Witness witness, ServerConnections connections) {
        this.vertx = vertx;
        this.witness = witness;
        this.connections = connections;
    }

    @Override
    public void handle(HttpServerRequest request) {
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
