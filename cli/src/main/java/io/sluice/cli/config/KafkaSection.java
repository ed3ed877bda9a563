package io.sluice.cli.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /**
     * What every Kafka client of a room shares: TLS 1.3, the broker's name checked, the room's certificate. A new map that
     * the caller may add to; it holds paths and no key.
     *
     * @param keystore PEM key and certificate of the room
     */
    public Map<String, Object> client(Path keystore) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("security.protocol", "SSL");
        settings.put("ssl.enabled.protocols", "TLSv1.3");
        settings.put("ssl.protocol", "TLSv1.3");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", keystore.toString());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", trust.toString());
        settings.put("ssl.endpoint.identification.algorithm", "https");
        return settings;
    }
}
