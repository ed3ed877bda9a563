package io.sluice.cli.client;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A producer's client: HTTP/2 over mTLS with connections that stay open, and retries of what may be retried. A request is
 * repeated with the same id, so a repeat after a lost answer is released once. Retried are 429 and 503, after
 * {@code Retry-After}, and broken connections; anything else is the answer.
 *
 * <p>Thread-safe; {@link #post} blocks its caller, who thereby bounds how much is in flight.
 */
public final class IngestClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final URI gateway;
    private final Duration patience;
    private final HttpClient http;

    /**
     * @param gateway base address of the data port
     * @param patience how long one post is retried
     */
    public IngestClient(URI gateway, ClientIdentity identity, Duration patience) {
        this.gateway = gateway;
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(identity.tls())
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /**
     * Posts a body and returns the answer that is not worth a retry, or the last one when the patience ends.
     *
     * @throws ClientException if there was no answer at all
     */
    public Answer post(String path, Map<String, String> headers, byte[] body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        long deadline = System.nanoTime() + patience.toNanos();
        for (int attempt = 0; ; attempt++) {
            try {
                Answer answer = send(request.build());
                if (!answer.retryable() || !pause(attempt, answer, deadline)) {
                    return answer;
                }
            } catch (IOException e) {
                if (!pause(attempt, null, deadline)) {
                    throw new ClientException("the gateway at " + gateway + " does not answer", e);
                }
            }
        }
    }

    /** One request without a body and without retries. @throws CommandFailure if there is no answer */
    public Answer get(String path) throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(gateway.resolve(path))
                    .timeout(REQUEST_TIMEOUT)
                    .build());
        } catch (IOException e) {
            throw new CommandFailure(gateway + " does not answer", e);
        }
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return new Answer(
                response.statusCode(), response.body(), response.headers().firstValue("Retry-After"));
    }

    /** Waits before the next attempt; false when the patience would end before. */
    private static boolean pause(int attempt, @org.jspecify.annotations.Nullable Answer answer, long deadline)
            throws InterruptedException {
        long backOff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, 10));
        long millis = answer == null ? backOff : Math.max(backOff, asked(answer));
        // Jitter, so that clients that were refused together do not come back together.
        millis += ThreadLocalRandom.current().nextLong(1 + millis / 4);
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) > deadline) {
            return false;
        }
        TimeUnit.MILLISECONDS.sleep(millis);
        return true;
    }

    private static long asked(Answer answer) {
        return answer.retryAfter()
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(text -> TimeUnit.SECONDS.toMillis(Long.parseLong(text)))
                .orElse(0L);
    }
}
