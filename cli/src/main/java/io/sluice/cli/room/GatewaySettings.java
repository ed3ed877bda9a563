package io.sluice.cli.room;

import io.sluice.cli.config.GatewaySection;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.KafkaConfig;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.Decompression;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.policies.status.StatusSettings;
import io.sluice.serving.operate.ManagementConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of {@code sluice.yaml} as the gateway takes them; limits that it does not set are the gateway's own. */
public final class GatewaySettings {
    /** What a record has beside its body: headers and seal. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private static final Duration MARGIN = Duration.ofSeconds(2);

    private GatewaySettings() {}

    /**
     * A gateway's settings.
     *
     * @param section limits
     * @param layout the deployment's plan
     * @param port address and TLS of the data port; its limits are replaced
     * @param management address of the management port
     * @param kafka what every Kafka client of the gateway shares
     * @param status how it tells of itself
     */
    public static GatewayConfig of(
            GatewaySection section,
            ClusterLayout layout,
            DataPortConfig port,
            ManagementConfig management,
            Map<String, Object> kafka,
            StatusSettings status) {
        PublishLimits publish = publish(section);
        DataPortConfig limited = new DataPortConfig(
                port.host(),
                port.port(),
                port.eventLoops(),
                port.workers(),
                port.tls(),
                receive(section, publish),
                new Decompression(
                        section.decompression().enabled(),
                        section.decompression().maxRatio()),
                section.connections().proxyBlocks());
        return new GatewayConfig(
                layout,
                limited,
                management,
                new KafkaConfig(kafka, publish, KafkaConfig.DEFAULT_STALENESS, status, spool(section)),
                ParseLimits.DEFAULT,
                batches(section.batches()),
                GatewayConfig.DEFAULT_REFUSAL_LINES);
    }

    private static BatchLimits batches(GatewaySection.Batches batches) {
        BatchLimits standard = BatchLimits.DEFAULT;
        return new BatchLimits(
                batches.maxEvents(),
                2 * batches.maxEvents(),
                batches.maxBytes().bytes(),
                batches.maxHeld().toIntBytes(),
                standard.maxBytesUnderWay(),
                standard.maxEventsUnderWay(),
                batches.maxAnswer().toIntBytes(),
                batches.stall(),
                batches.duration());
    }

    private static @Nullable SpoolConfig spool(GatewaySection section) {
        long most = section.maxSpool().bytes();
        return most == 0 ? null : new SpoolConfig(section.spoolFolder(), most);
    }

    private static PublishLimits publish(GatewaySection section) {
        PublishLimits standard = PublishLimits.DEFAULT;
        Duration timeout = section.publishTimeout();
        Duration request = timeout.minus(standard.linger());
        Duration third = timeout.dividedBy(3); // who waits longer for Kafka waits longer for its turn
        return new PublishLimits(
                section.maxInFlight().bytes(),
                section.maxBody().toIntBytes() + ENVELOPE_BYTES,
                // as many as can be under way, so that each sender's share of the memory bounds its records too
                (int) Math.max(
                        standard.maxQueuedRecords(), section.maxInFlight().bytes() / BytesInFlight.EVENT_BYTES),
                third.compareTo(standard.maxQueueWait()) > 0 ? third : standard.maxQueueWait(),
                standard.maxBlock(),
                timeout,
                request.compareTo(standard.requestTimeout()) < 0 ? request : standard.requestTimeout(),
                standard.linger(),
                section.rememberedEvents());
    }

    /** An answer may take as long as body, queue and Kafka together. */
    private static ReceiveLimits receive(GatewaySection section, PublishLimits publish) {
        ReceiveLimits standard = ReceiveLimits.DEFAULT;
        return new ReceiveLimits(
                section.maxBody().toIntBytes(),
                standard.maxDiscardBytes(),
                standard.maxHeaderBytes(),
                standard.maxLineBytes(),
                section.connections().most(),
                section.connections().handshakes(),
                section.connections().handshakesPerSecond(),
                standard.calm(),
                standard.maxStreams(),
                standard.minBodyBytesPerSecond(),
                standard.handshake(),
                standard.head(),
                standard.body(),
                standard.body()
                        .plus(publish.maxQueueWait())
                        .plus(publish.deliveryTimeout())
                        .plus(MARGIN),
                section.connectionLife(),
                section.drainTimeout());
    }
}
