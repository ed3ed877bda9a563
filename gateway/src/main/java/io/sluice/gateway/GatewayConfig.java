package io.sluice.gateway;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.event.Topics;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.serving.operate.ManagementConfig;
import java.time.Duration;

/**
 * All of a gateway's settings; one record per concern.
 *
 * @param layout tenant and ingress generation, and how the operator planned {@code events.ingress}, which is checked
 *     before anything is accepted
 * @param dataPort where producers post
 * @param management where operators look
 * @param kafka where events go
 * @param parse what an event may carry beside its data
 * @param batches how much one request may carry
 * @param maxRefusalLines most (producer, code, minute) lines of refusals kept between two writes
 */
public record GatewayConfig(
        ClusterLayout layout,
        DataPortConfig dataPort,
        ManagementConfig management,
        KafkaConfig kafka,
        ParseLimits parse,
        BatchLimits batches,
        int maxRefusalLines) {
    /** Lines of refusals where nothing else is configured. */
    public static final int DEFAULT_REFUSAL_LINES = 10_000;

    public GatewayConfig {
        Duration publish = kafka.limits().deliveryTimeout().plus(kafka.limits().maxQueueWait());
        Duration left = dataPort.limits().answer().minus(dataPort.limits().body());
        if (publish.compareTo(left) >= 0) {
            throw new IllegalArgumentException("The answer deadline must leave room behind the body deadline for"
                    + " kafka.limits.maxQueueWait + deliveryTimeout (" + publish.toSeconds() + " s)");
        }
        long largest = dataPort.limits().maxBodyBytes() + 16L * 1024;
        if (kafka.limits().maxRecordBytes() < largest) {
            throw new IllegalArgumentException(
                    "kafka.limits.maxRecordBytes must be at least the largest body and 16 KiB for seal and headers");
        }
        int maxEvent = dataPort.limits().maxBodyBytes();
        if (batches.maxHeldBytes() < maxEvent || batches.maxBytesUnderWay() < maxEvent + (256L << 10)) {
            throw new IllegalArgumentException("batches: maxHeldBytes must be at least dataPort.limits.maxBodyBytes,"
                    + " maxBytesUnderWay 256 KiB more than that");
        }
        if (kafka.limits().maxBytesInFlight()
                < Math.max(batches.maxHeldBytes(), batches.maxBytesUnderWay()) + (long) BytesInFlight.OVERHEAD_BYTES) {
            throw new IllegalArgumentException(
                    "kafka.limits.maxBytesInFlight must hold batches.maxHeldBytes and batches.maxBytesUnderWay, and 4 KiB");
        }
        if (dataPort.decompression().enabled()
                && kafka.limits().maxBytesInFlight() < 2L * batches.maxHeldBytes() + (128 << 10)) {
            throw new IllegalArgumentException("kafka.limits.maxBytesInFlight must hold batches.maxHeldBytes twice, and"
                    + " 128 KiB, where bodies may be compressed: before and after");
        }
        if (maxRefusalLines < 1) {
            throw new IllegalArgumentException("maxRefusalLines starts at 1");
        }
    }

    /** The deployment's topics. */
    public Topics topics() {
        return layout.topics();
    }

    /** The default limits. */
    public static GatewayConfig of(
            ClusterLayout layout, DataPortConfig dataPort, ManagementConfig management, KafkaConfig kafka) {
        return new GatewayConfig(
                layout, dataPort, management, kafka, ParseLimits.DEFAULT, BatchLimits.DEFAULT, DEFAULT_REFUSAL_LINES);
    }
}
