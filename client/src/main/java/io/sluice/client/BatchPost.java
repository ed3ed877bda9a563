package io.sluice.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts batches and waits for their whole answers. Connects at the first one. */
final class BatchPost {
    private final ClientSettings settings;
    private final HttpClient http;
    private final URI address;

    BatchPost(ClientSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .sslContext(settings.tls())
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        this.address = settings.gateway().resolve("/v1/datasets/" + settings.dataset() + "/events");
    }

    /**
     * Posts one batch.
     *
     * @throws IOException where no whole answer came within {@code limits.request}
     */
    HttpResponse<byte[]> send(List<Event> events) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", BatchBody.CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(BatchBody.of(settings, events)));
        String purpose = settings.purpose();
        if (purpose != null) {
            request.header("Sluice-Purpose", purpose);
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        try {
            // A timeout of the request itself would end with the answer's head: a body that stalls has none (JDK 17).
            return answer.get(settings.limits().request().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer came in time");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("The HTTP client failed: " + e.getCause(), e.getCause());
        } finally {
            answer.cancel(true);
        }
    }
}
