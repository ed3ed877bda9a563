package io.sluice.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * A caller of the reveal service, over mTLS. It repeats nothing by itself: each attempt is an entry of the audit log.
 * Thread-safe.
 */
public final class RevealClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

    private final URI service;
    private final HttpClient http;

    /** @param service base address of the service */
    public RevealClient(URI service, ClientIdentity identity) {
        this.service = service;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(identity.tls())
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** Posts JSON. @throws CommandFailure with the service's reason where it refuses the request, or does not answer */
    public JsonNode post(String path, String json) throws InterruptedException {
        return send(HttpRequest.newBuilder(service.resolve(path))
                .header("Content-Type", "application/json")
                .timeout(REQUEST_TIMEOUT)
                .POST(BodyPublishers.ofString(json))
                .build());
    }

    /** As {@link #post}, for what is only looked at. */
    public JsonNode get(String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(service.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .build());
    }

    private JsonNode send(HttpRequest request) throws InterruptedException {
        Answer answer;
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            answer = new Answer(
                    response.statusCode(), response.body(), response.headers().firstValue("Retry-After"));
        } catch (IOException e) {
            throw new CommandFailure(
                    "the reveal service at " + service
                            + " does not answer, or refuses the certificate; the settings are" + " reveal.client",
                    e);
        }
        if (answer.status() >= 400) {
            JsonNode problem = answer.json();
            String reason = problem.path("reason").asText(answer.code());
            throw new CommandFailure(
                    "refused (" + reason + "): " + problem.path("detail").asText("no reason given")
                            + answer.retryAfter()
                                    .map(seconds -> " Ask again in " + seconds + " s.")
                                    .orElse(""));
        }
        return answer.json();
    }
}
