package io.sluice.gateway;

import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.spool.SpoolConfig;
import io.sluice.policies.status.StatusSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kafka as the gateway uses it.
 *
 * @param settings what every client shares: bootstrap.servers, security.protocol, ssl.*
 * @param limits bounds of publishing
 * @param maxPolicyStaleness how long a policy is trusted without seeing the end of {@code policy.bundles}
 * @param status how the gateway tells {@code policy.status} what it has in force
 * @param spool where events go while Kafka is away; null for none: then they are refused
 */
public record KafkaConfig(
        Map<String, Object> settings,
        PublishLimits limits,
        Duration maxPolicyStaleness,
        StatusSettings status,
        @Nullable SpoolConfig spool) {
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
        this(settings, limits, maxPolicyStaleness, StatusSettings.DEFAULT, null);
    }

    /** Without a spool. */
    public KafkaConfig(
            Map<String, Object> settings, PublishLimits limits, Duration maxPolicyStaleness, StatusSettings status) {
        this(settings, limits, maxPolicyStaleness, status, null);
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
