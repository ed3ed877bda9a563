package io.sluice.cli.room;

import io.sluice.cli.config.RevealSection;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.policies.status.StatusSettings;
import io.sluice.reveal.RevealConfig;
import io.sluice.reveal.RevealLimits;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.util.Map;

/** The limits of {@code sluice.yaml} as the reveal service takes them; limits that it does not set are the service's own. */
public final class RevealSettings {
    private RevealSettings() {}

    /**
     * The service's settings.
     *
     * @param section limits
     * @param layout the deployment's plan
     * @param host address to bind
     * @param port port to bind
     * @param tls its files
     * @param management address of the management port
     * @param kafka what every Kafka client of the service shares
     * @param status how it tells of itself
     */
    public static RevealConfig of(
            RevealSection section,
            ClusterLayout layout,
            String host,
            int port,
            TlsConfig tls,
            ManagementConfig management,
            Map<String, Object> kafka,
            StatusSettings status) {
        RevealLimits limits = RevealLimits.DEFAULT.with(
                section.maxItems(), section.maxBody().toIntBytes(), section.entryTimeout(), section.drainTimeout());
        return new RevealConfig(
                layout, host, port, tls, management, kafka, RevealConfig.DEFAULT_STALENESS, status, limits);
    }
}
