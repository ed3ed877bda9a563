package io.sluice.reveal;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.event.Topics;
import io.sluice.policies.status.StatusSettings;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.time.Duration;
import java.util.Map;

/**
 * All of the service's settings.
 *
 * @param layout tenant and topics
 * @param host address to bind
 * @param port port to bind, 0 for a free one
 * @param tls its files
 * @param management where operators look
 * @param kafka what every Kafka client shares: bootstrap.servers, security.protocol, ssl.*
 * @param maxPolicyStaleness how long a policy is trusted without seeing the end of {@code policy.bundles}
 * @param status how the service tells {@code policy.status} what it has in force
 * @param limits bounds
 */
public record RevealConfig(
        ClusterLayout layout,
        String host,
        int port,
        TlsConfig tls,
        ManagementConfig management,
        Map<String, Object> kafka,
        Duration maxPolicyStaleness,
        StatusSettings status,
        RevealLimits limits) {
    /** How long a policy is trusted where nothing else is configured. */
    public static final Duration DEFAULT_STALENESS = Duration.ofMinutes(5);

    public RevealConfig {
        kafka = Map.copyOf(kafka);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is 0 to 65535");
        }
    }

    /** The deployment's topics. */
    public Topics topics() {
        return layout.topics();
    }

    /** Client settings name password files and passwords: only their number is shown. */
    @Override
    public String toString() {
        return "RevealConfig[" + host + ":" + port + ", " + kafka.size() + " Kafka settings, " + limits + "]";
    }
}
