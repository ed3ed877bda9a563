package io.sluice.client;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link EventProducer} posts.
 *
 * @param gateway address of the data port, as {@code https://gateway.example:8443}
 * @param tls shows the producer's certificate and trusts the gateway's authority
 * @param dataset dataset or group of the rulebook
 * @param purpose collection purpose; null where the producer holds only one for the dataset
 * @param source CloudEvents source: with the producer and the id it names an event
 * @param type CloudEvents type
 * @param contentType {@code application/json} or {@code application/fhir+json}
 * @param limits bounds and deadlines
 */
public record ClientSettings(
        URI gateway,
        SSLContext tls,
        String dataset,
        @Nullable String purpose,
        String source,
        String type,
        String contentType,
        Limits limits) {
    public ClientSettings {
        if (!"https".equals(gateway.getScheme())) {
            throw new IllegalArgumentException("The gateway's address begins with https://");
        }
        if (gateway.getHost() == null) {
            throw new IllegalArgumentException("The gateway's address names a host, as https://gateway.example:8443");
        }
        if (purpose != null && !purpose.matches("[!-~]{1,256}")) {
            throw new IllegalArgumentException("A purpose has 1 to 256 printable ASCII characters and no space");
        }
        if (!dataset.matches("[a-z0-9]+(?:-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("A dataset's name has lower-case letters, digits and single hyphens");
        }
        if (source.isEmpty() || type.isEmpty()) {
            throw new IllegalArgumentException("CloudEvents need a source and a type");
        }
    }

    /** JSON events of a dataset with the default limits. */
    public static ClientSettings of(URI gateway, SSLContext tls, String dataset, String source, String type) {
        return new ClientSettings(gateway, tls, dataset, null, source, type, "application/json", Limits.DEFAULT);
    }

    /**
     * Bounds and deadlines.
     *
     * @param maxBatchEvents most events of a request
     * @param maxBatchBytes bytes of data after which a request takes no further event
     * @param linger how long the first event of a request waits for others
     * @param maxBufferedEvents most events that wait for their answer
     * @param maxBufferedBytes most bytes of data that wait for their answer
     * @param maxBlock how long {@link EventProducer#send} waits for room in the buffer
     * @param request when one request is given up and repeated: from its sending to the end of its answer
     * @param patience how long an event is tried, from its sending on
     * @param firstPause upper bound of the first pause before a repeat; it doubles with each one
     * @param longestPause upper bound of all pauses but those that the gateway asks for
     */
    public record Limits(
            int maxBatchEvents,
            int maxBatchBytes,
            Duration linger,
            int maxBufferedEvents,
            long maxBufferedBytes,
            Duration maxBlock,
            Duration request,
            Duration patience,
            Duration firstPause,
            Duration longestPause) {
        /** What suits most producers. */
        public static final Limits DEFAULT = new Limits(
                200,
                1 << 20,
                Duration.ofMillis(5),
                10_000,
                32L << 20,
                Duration.ofSeconds(60),
                Duration.ofSeconds(40),
                Duration.ofMinutes(2),
                Duration.ofMillis(100),
                Duration.ofSeconds(10));

        public Limits {
            if (maxBatchEvents < 1 || maxBatchBytes < 1 || maxBufferedEvents < 1 || maxBufferedBytes < 1) {
                throw new IllegalArgumentException("Batches and buffers hold at least one event and one byte");
            }
            if (request.toMillis() < 1 || patience.toMillis() < 1 || firstPause.toMillis() < 1) {
                throw new IllegalArgumentException("Deadlines and pauses start at 1 ms");
            }
        }
    }
}
