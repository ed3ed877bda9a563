package io.sluice.audit.witness;

import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Speaks to one witness over HTTP. Follows no redirect. Thread-safe. */
final class WitnessClient {
    private final URI prefix;
    private final Duration timeout;
    private final HttpClient client;

    WitnessClient(URI prefix, @Nullable SSLContext tls, Duration timeout) {
        this.prefix = prefix;
        this.timeout = timeout;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(timeout);
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /** An answer as it came. */
    record Reply(int status, String type, String body) {}

    Reply addCheckpoint(AddCheckpoint request) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(prefix + "/add-checkpoint"))
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(request.toBytes())));
    }

    /** What the witness saw of a log last; empty where it saw nothing, or does not say. Not verified. */
    Optional<SignedNote> lastOf(String origin) throws IOException, InterruptedException {
        Reply reply = send(HttpRequest.newBuilder(URI.create(prefix + "/" + Witness.address(origin) + "/checkpoint"))
                .GET());
        if (reply.status() != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignedNote.parse(reply.body().getBytes(StandardCharsets.UTF_8)));
        } catch (NoteException e) {
            throw new IOException("answers no checkpoint: " + e.getMessage(), e);
        }
    }

    /** Ends within the timeout, whatever the witness sends, and leaves no connection open that it still sends on. */
    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new LimitedBody(AddCheckpoint.MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new IOException("does not answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } finally {
            answer.cancel(true);
        }
    }
}
