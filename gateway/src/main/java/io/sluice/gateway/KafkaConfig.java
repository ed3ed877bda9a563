package io.sluice.gateway;

import io.sluice.gateway.publish.PublishLimits;
import io.sluice.policies.status.StatusSettings;
import java.time.Duration;
import java.util.Map;

/**
 * Kafka as the gateway uses it.
 *
 * @param settings what every client shares: bootstrap.servers, security.protocol, ssl.*
 * @param limits bounds of publishing
 * @param maxPolicyStaleness how long a policy is trusted without seeing the end of {@code policy.bundles}
 * @param status how the gateway tells {@code policy.status} what it has in force
 */
public record KafkaConfig(
        Map<String, Object> settings, PublishLimits limits, Duration maxPolicyStaleness, StatusSettings status) {
    /** How long a policy is trusted where nothing else is configured. */
    public static final Duration DEFAULT_STALENESS = Duration.ofMinutes(5);

    public KafkaConfig {
        settings = Map.copyOf(settings);
        if (!settings.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException("kafka.settings must name bootstrap.servers");
        }
        if (maxPolicyStaleness.toSeconds() < 10) {
            throw new IllegalArgumentException("kafka.maxPolicyStaleness must be at least 10 seconds");
        }
    }

    /** With the default of how it tells of itself. */
    public KafkaConfig(Map<String, Object> settings, PublishLimits limits, Duration maxPolicyStaleness) {
        this(settings, limits, maxPolicyStaleness, StatusSettings.DEFAULT);
    }

    /** The default limits. */
    public static KafkaConfig of(Map<String, Object> settings) {
        return new KafkaConfig(settings, PublishLimits.DEFAULT, DEFAULT_STALENESS);
    }

    /** Client settings name password files and passwords: only their number is shown. */
    @Override
    public String toString() {
        return "KafkaConfig[" + settings.size() + " settings, " + limits + "]";
    }
}
