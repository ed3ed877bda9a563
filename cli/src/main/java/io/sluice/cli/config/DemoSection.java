package io.sluice.cli.config;

import java.time.Duration;

/**
 * The demonstration. Its other settings are those of the rooms; its paths lie below its data folder.
 *
 * @param kafkaPort port of the broker; 0 picks a free one on the first start and keeps to it on that folder
 * @param gatewayPort port of the ingress; 0 picks a free one
 * @param managementPort management port of the gateway; 0 picks a free one
 * @param auditPort port of the audit log; 0 picks a free one
 * @param consolePort port of the audit console; 0 picks a free one
 * @param revealPort port of the reveal service; 0 picks a free one
 * @param partitions partitions of {@code events.ingress} and of the other topics, fixed when the folder is made
 * @param settleTimeout how long to wait for the views of the last event
 */
public record DemoSection(
        int kafkaPort,
        int gatewayPort,
        int managementPort,
        int auditPort,
        int consolePort,
        int revealPort,
        int partitions,
        Duration settleTimeout) {
    /** Checks ranges. */
    public DemoSection {
        Require.port("kafkaPort", kafkaPort);
        Require.port("gatewayPort", gatewayPort);
        Require.port("managementPort", managementPort);
        Require.port("auditPort", auditPort);
        Require.port("consolePort", consolePort);
        Require.port("revealPort", revealPort);
        Require.range("partitions", partitions, 1, 64);
        Require.range("settleTimeout", settleTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    }

    static DemoSection defaults() {
        return new DemoSection(0, 0, 0, 0, 0, 0, 4, Duration.ofMinutes(2));
    }
}
