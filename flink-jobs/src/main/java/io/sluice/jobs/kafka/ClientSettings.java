package io.sluice.jobs.kafka;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a room's Kafka clients: bootstrap servers, TLS and the client certificate. It may hold a private key in
 * PEM, so {@link #toString} shows names only. Immutable.
 */
public final class ClientSettings implements Serializable {
    private static final long serialVersionUID = 1;

    private final TreeMap<String, String> settings;

    private ClientSettings(TreeMap<String, String> settings) {
        this.settings = settings;
    }

    /**
     * Takes settings over as Kafka's clients read them; values are kept by their {@code toString}.
     *
     * @throws IllegalArgumentException where {@code bootstrap.servers} is missing
     */
    public static ClientSettings of(Map<String, ?> settings) {
        TreeMap<String, String> copy = new TreeMap<>();
        settings.forEach((name, value) -> copy.put(name, String.valueOf(value)));
        if (!copy.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("bootstrap.servers is missing");
        }
        return new ClientSettings(copy);
    }

    /** A fresh copy for one client, which adds its own. */
    public Properties toProperties() {
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientSettings that && settings.equals(that.settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }

    @Override
    public String toString() {
        return "ClientSettings" + settings.keySet();
    }
}
