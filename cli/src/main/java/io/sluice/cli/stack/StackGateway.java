package io.sluice.cli.stack;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.GatewaySection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.event.Topics;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.KafkaConfig;
import io.sluice.gateway.operate.ManagementConfig;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.receive.TlsConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The gateway's settings in an embedded stack: the limits of its section, the demo's ports, the development certificates. */
final class StackGateway {
    /** What a record has beside its body: headers and seal. */
    private static final int ENVELOPE_BYTES = 64 << 10;

    private static final Duration MARGIN = Duration.ofSeconds(2);

    private StackGateway() {}

    static GatewayConfig config(SluiceConfig config, Topics topics, PkiFiles pki, Map<String, Object> kafka) {
        var server = pki.identity(DevIdentity.GATEWAY);
        TlsConfig tls = new TlsConfig(
                server.chain(),
                server.key(),
                pki.trust(),
                List.of(pki.rootCrl(), pki.intermediateCrl()),
                TlsConfig.DEFAULT_RELOAD);
        PublishLimits publish = publish(config.gateway());
        DataPortConfig port = DataPortConfig.of("127.0.0.1", config.demo().gatewayPort(), tls);
        return GatewayConfig.of(
                topics,
                new DataPortConfig(
                        port.host(),
                        port.port(),
                        port.eventLoops(),
                        port.workers(),
                        tls,
                        receive(config.gateway(), publish)),
                new ManagementConfig("127.0.0.1", config.demo().managementPort()),
                new KafkaConfig(kafka, publish, KafkaConfig.DEFAULT_STALENESS));
    }

    private static PublishLimits publish(GatewaySection section) {
        long record = section.maxBody().bytes() + ENVELOPE_BYTES;
        if (record > ClusterLayout.INGRESS_MAX_BYTES) {
            throw new CommandFailure("gateway.maxBody: at most "
                    + (ClusterLayout.INGRESS_MAX_BYTES - ENVELOPE_BYTES) / 1024
                    + " KiB, or a sealed record does not fit into events.ingress");
        }
        PublishLimits standard = PublishLimits.DEFAULT;
        Duration timeout = section.publishTimeout();
        Duration request = timeout.minus(standard.linger());
        return new PublishLimits(
                section.maxInFlight().bytes(),
                (int) record,
                standard.maxQueuedRecords(),
                standard.maxQueueWait(),
                standard.maxBlock(),
                timeout,
                request.compareTo(standard.requestTimeout()) < 0 ? request : standard.requestTimeout(),
                standard.linger(),
                standard.maxSeenEvents());
    }

    /** An answer may take as long as body, queue and Kafka together. */
    private static ReceiveLimits receive(GatewaySection section, PublishLimits publish) {
        ReceiveLimits standard = ReceiveLimits.DEFAULT;
        return new ReceiveLimits(
                (int) section.maxBody().bytes(),
                standard.maxDiscardBytes(),
                standard.maxHeaderBytes(),
                standard.maxLineBytes(),
                standard.maxConnections(),
                standard.maxStreams(),
                standard.handshake(),
                standard.head(),
                standard.body(),
                standard.body()
                        .plus(publish.maxQueueWait())
                        .plus(publish.deliveryTimeout())
                        .plus(MARGIN),
                standard.connectionLife(),
                standard.drain());
    }
}
