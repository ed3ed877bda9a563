package io.sluice.gateway;

import io.sluice.core.event.Topics;
import io.sluice.gateway.operate.GatewayMetrics;
import io.sluice.gateway.publish.IngressPublisher;
import io.sluice.gateway.publish.IngressTopic;
import io.sluice.gateway.publish.KafkaWriter;
import io.sluice.gateway.spool.DrainClient;
import io.sluice.gateway.spool.Spool;
import io.sluice.gateway.spool.SpoolConfig;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where sealed events go: Kafka, or the spool while that is away. Thread-safe. */
final class Storing {
    private final Outside outside;
    private final Topics topics;
    private final KafkaWriter writer;
    private final @Nullable Spool spool;

    /** @throws GatewayException where the spool's folder cannot be used */
    Storing(GatewayConfig config, Outside outside, GatewayMetrics metrics) {
        this.outside = outside;
        this.topics = config.topics();
        this.writer = new KafkaWriter(
                outside.producers(),
                new IngressTopic(topics.ingress(), outside.deviation()),
                config.kafka().limits(),
                System::nanoTime);
        try {
            this.spool = spool(config.kafka().spool());
        } catch (IOException e) {
            writer.close();
            throw new GatewayException("gateway.spoolFolder cannot be used: " + e.getMessage(), e);
        }
        if (spool != null) {
            Gauges.ofSpool(metrics, spool);
        }
        metrics.gauge(
                "made.anew",
                "Events that a newer activation overtook before they were sent, admitted and sealed anew under it",
                writer::madeAnew);
    }

    private @Nullable Spool spool(@Nullable SpoolConfig settings) throws IOException {
        return settings == null
                ? null
                : new Spool(
                        settings,
                        new DrainClient(
                                outside.drains(),
                                event -> IngressPublisher.record(topics, event),
                                outside.deviation()));
    }

    IngressPublisher publisher() {
        return new IngressPublisher(writer, topics, outside.deviation(), spool);
    }

    /** Writes what is no event. */
    KafkaWriter writer() {
        return writer;
    }

    boolean hasSpool() {
        return spool != null;
    }

    /** Why events are not stored: while the spool takes them, Kafka may be away. */
    Optional<String> kafkaFinding() {
        return spool != null && spool.hasRoom()
                ? writer.ending().or(outside.deviation())
                : outside.probe().finding().or(writer::finding);
    }

    /** What is wrong with the spool; empty where there is none. */
    Optional<String> spoolFinding() {
        return spool == null ? Optional.empty() : spool.finding();
    }

    /** Takes no more events to disk; what is there is drained after the next start. */
    void closeSpool() {
        if (spool != null) {
            spool.close();
        }
    }

    /** Writes what waits, within the delivery timeout. */
    void closeWriter() {
        writer.close();
    }
}
