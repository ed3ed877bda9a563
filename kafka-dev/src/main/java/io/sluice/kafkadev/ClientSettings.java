package io.sluice.kafkadev;

import io.sluice.certs.PemIdentity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that every Kafka client of a room shares: where the brokers are and who the client is. Rooms add their
 * serializers and limits. Paths only, no key material, so the map may be logged.
 */
public final class ClientSettings {
    private ClientSettings() {}

    /** Returns a new map that the caller may add to. */
    public static Map<String, Object> of(String bootstrapServers, PemIdentity identity, Path trust) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("security.protocol", "SSL");
        settings.put("ssl.enabled.protocols", "TLSv1.3");
        settings.put("ssl.protocol", "TLSv1.3");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", identity.keystore().toString());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", trust.toString());
        settings.put("ssl.endpoint.identification.algorithm", "https");
        return settings;
    }
}
