package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The brokers and the topics. Who a room is to them stands in the room's own section.
 *
 * @param bootstrap {@code host:port} of one or more brokers, comma-separated
 * @param trust PEM file of the authorities whose broker certificates are accepted
 * @param generation generation of {@code events.ingress}
 */
public record KafkaSection(String bootstrap, Path trust, int generation) {
    /** Checks ranges. */
    public KafkaSection {
        Require.text("bootstrap", bootstrap);
        Require.range("generation", generation, 1, 1_000_000);
    }

    static KafkaSection defaults(Path certs) {
        return new KafkaSection("127.0.0.1:9093", certs.resolve("root.crt.pem"), 1);
    }
}
