package io.sluice.audit.witness;

import io.sluice.audit.http.BoundedClient;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SignedNote;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Speaks to one witness over HTTP. Follows no redirect. Thread-safe. */
final class WitnessClient {
    private final URI prefix;
    private final BoundedClient client;

    WitnessClient(URI prefix, @Nullable SSLContext tls, Duration timeout) {
        this.prefix = prefix;
        this.client = new BoundedClient(tls, timeout, AddCheckpoint.MAX_BYTES);
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

    private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request);
        return new Reply(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                new String(response.body(), StandardCharsets.UTF_8));
    }
}
