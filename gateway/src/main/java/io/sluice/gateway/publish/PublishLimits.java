package io.sluice.gateway.publish;

import java.time.Duration;

/**
 * Bounds of the way to Kafka (promise P10).
 *
 * @param maxBytesInFlight most bytes of requests that are being worked on or wait for Kafka; above it: {@code back-pressure}
 * @param maxRecordBytes largest record, seal and headers included
 * @param maxQueuedRecords most records that wait for the publishing thread
 * @param maxQueueWait how long one may wait there before it is given up
 * @param maxBlock how long the client may block for metadata or buffer: at most 500 ms
 * @param deliveryTimeout when Kafka's acknowledgement is given up; below the answer deadline of the data port
 * @param requestTimeout when one request to a broker is given up
 * @param linger how long the client waits to fill a batch
 * @param maxSeenEvents how many event ids are remembered to answer repeats, some 70 bytes each
 */
public record PublishLimits(
        long maxBytesInFlight,
        int maxRecordBytes,
        int maxQueuedRecords,
        Duration maxQueueWait,
        Duration maxBlock,
        Duration deliveryTimeout,
        Duration requestTimeout,
        Duration linger,
        int maxSeenEvents) {
    /** What a gateway uses where nothing else is configured. */
    public static final PublishLimits DEFAULT = new PublishLimits(
            64L << 20,
            (1 << 20) + (64 << 10),
            65_536,
            Duration.ofSeconds(2),
            Duration.ofMillis(500),
            Duration.ofSeconds(6),
            Duration.ofSeconds(4),
            Duration.ofMillis(2),
            100_000);

    public PublishLimits {
        if (maxBlock.toMillis() > 500) {
            throw new IllegalArgumentException("maxBlock must be at most 500 ms: it holds the publishing thread");
        }
        if (deliveryTimeout.compareTo(requestTimeout.plus(linger)) < 0) {
            throw new IllegalArgumentException("deliveryTimeout must be at least requestTimeout + linger");
        }
        if (maxBytesInFlight < maxRecordBytes || maxQueuedRecords < 1 || maxSeenEvents < 1) {
            throw new IllegalArgumentException("maxBytesInFlight must hold one record; queues and caches start at 1");
        }
    }
}
