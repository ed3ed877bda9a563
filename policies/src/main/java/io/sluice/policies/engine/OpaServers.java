package io.sluice.policies.engine;

import io.sluice.policies.evaluate.Entrypoint;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a process to its OPA servers: kept open and shared by the engines of all revisions. No proxy and no
 * redirect is followed: a question goes to the servers that were named, or nowhere. Thread-safe.
 */
final class OpaServers {
    private final OpaRestConfig config;
    private final List<OpaServer> servers;
    private final HttpClient client;

    /** A response: its status and its body, read to the end. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Response(int status, byte[] body) {}

    /** The server gave no response. The message says why, in words that hold nothing of the question. */
    static class UnansweredException extends Exception {
        private static final long serialVersionUID = 1L;

        UnansweredException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        UnansweredException(String message) {
            super(message);
        }
    }

    private static final class BrokenOffException extends UnansweredException {
        private static final long serialVersionUID = 1L;

        BrokenOffException(@Nullable Throwable cause) {
            super("broke the connection off", cause);
        }
    }

    OpaServers(OpaRestConfig config) {
        this.config = config;
        this.servers = config.servers().stream()
                .map(server -> new OpaServer(server, config.timeout()))
                .toList();
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(config.timeout());
        String trust = config.trust();
        String identity = config.identity();
        if (trust != null) {
            builder.sslContext(OpaTls.context(Path.of(trust), identity == null ? null : Path.of(identity)));
        }
        this.client = builder.build();
    }

    OpaRestConfig config() {
        return config;
    }

    List<OpaServer> all() {
        return servers;
    }

    /**
     * Asks one server. How many are asked at once is bounded by the threads that ask.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     */
    Response post(OpaServer server, Entrypoint entrypoint, byte[] body, long deadlineNanos)
            throws UnansweredException, InterruptedException {
        if (server.rests(System.nanoTime())) {
            throw new UnansweredException("did not answer in time lately");
        }
        HttpRequest request = HttpRequest.newBuilder(server.data(entrypoint.path()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        Response response;
        try {
            response = exchange(server, request, deadlineNanos);
        } catch (BrokenOffException e) {
            // A kept connection may have been closed meanwhile; the question is pure, and may be asked again.
            response = exchange(server, request, deadlineNanos);
        }
        server.answered();
        return response;
    }

    private Response exchange(OpaServer server, HttpRequest request, long deadlineNanos)
            throws UnansweredException, InterruptedException {
        long leftNanos = deadlineNanos - System.nanoTime();
        if (leftNanos <= 0) {
            throw new UnansweredException("was not asked, the time being over");
        }
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(request, head -> new LimitedBody(config.maxAnswerBytes()));
        try {
            // The client's own timeout ends with the response's head; this one bounds its body as well.
            HttpResponse<byte[]> response = exchange.get(leftNanos, TimeUnit.NANOSECONDS);
            return new Response(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            throw late(server, leftNanos, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw late(server, leftNanos, e);
            }
            throw fault(e.getCause());
        } finally {
            exchange.cancel(true); // closes the connection where the exchange has not ended
        }
    }

    /** A server that got what another one left of the time is not blamed. */
    private UnansweredException late(OpaServer server, long leftNanos, Exception cause) {
        if (leftNanos > config.timeout().toNanos() / 2) {
            server.timedOut(System.nanoTime());
        }
        return new UnansweredException(
                "did not answer within " + TimeUnit.NANOSECONDS.toMillis(leftNanos) + " ms", cause);
    }

    private UnansweredException fault(@Nullable Throwable cause) {
        if (cause instanceof LimitedBody.TooLongException) {
            return new UnansweredException("answers with more than " + config.maxAnswerBytes() + " bytes", cause);
        }
        if (cause instanceof SSLException) {
            return new UnansweredException(
                    "the TLS handshake failed; is its certificate of the authorities in " + config.trust() + "?",
                    cause);
        }
        return cause instanceof ConnectException
                ? new UnansweredException("cannot be connected to", cause)
                : new BrokenOffException(cause);
    }
}
