package io.sluice.gateway.receive;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Bounds of the data port (promise P10). Deadlines are absolute: a byte now and then does not extend them.
 *
 * @param maxBodyBytes largest body
 * @param maxDiscardBytes how much of a refused body is still read, so that the caller can read the answer
 * @param maxHeaderBytes all headers of a request
 * @param maxLineBytes request line
 * @param maxConnections open connections, shared among producers
 * @param maxHandshakes TLS handshakes under way, shared among addresses
 * @param handshakesPerSecond that one address may begin; {@code maxConnections} of them right behind each other
 * @param calm how long whoever flooded an HTTP/2 connection is not let in with the same certificate
 * @param maxStreams requests at a time on one HTTP/2 connection
 * @param minBodyBytesPerSecond least that has to come of an NDJSON body, over {@code batches.stall}; what the gateway itself
 *     makes wait does not count. Other bodies have to be complete within {@code body}
 * @param handshake from connecting to the end of the TLS handshake
 * @param head from connecting, or from the last answer, to the next complete request head
 * @param body from a request's head to the end of its body
 * @param answer from a request's head to its answer
 * @param connectionLife after which a connection is closed, so that a certificate is checked again
 * @param drain how long requests under way may take when the gateway closes
 */
public record ReceiveLimits(
        int maxBodyBytes,
        int maxDiscardBytes,
        int maxHeaderBytes,
        int maxLineBytes,
        int maxConnections,
        int maxHandshakes,
        int handshakesPerSecond,
        Duration calm,
        int maxStreams,
        int minBodyBytesPerSecond,
        Duration handshake,
        Duration head,
        Duration body,
        Duration answer,
        Duration connectionLife,
        Duration drain) {
    /** What a gateway uses where nothing else is configured. */
    public static final ReceiveLimits DEFAULT = new ReceiveLimits(
            1 << 20,
            16 << 20,
            16 << 10,
            4 << 10,
            1_024,
            512,
            100,
            Duration.ofSeconds(10),
            100,
            128,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(25),
            Duration.ofMinutes(10),
            Duration.ofSeconds(20));

    public ReceiveLimits {
        if (maxBodyBytes < 1
                || maxDiscardBytes < 0
                || maxHeaderBytes < 1_024
                || maxLineBytes < 256
                || maxConnections < 1
                || maxHandshakes < 1
                || handshakesPerSecond < 1
                || maxStreams < 1
                || minBodyBytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "receive limits: sizes and counts must be positive, headers at least 1 KiB");
        }
        if (Stream.of(calm, handshake, head, body, answer, connectionLife, drain)
                .anyMatch(time -> time.isNegative() || time.isZero())) {
            throw new IllegalArgumentException("receive limits: times must be positive");
        }
        if (answer.compareTo(body) <= 0) {
            throw new IllegalArgumentException("receive limits: the answer deadline must be after the body deadline");
        }
    }
}
