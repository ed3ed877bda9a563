package io.sluice.cli.config;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.encoding.Names;
import io.sluice.core.event.Topics;
import io.sluice.policies.check.Features;
import java.nio.file.Path;

/**
 * What {@code sluice.yaml} sets: one section per room. A process reads the sections of the rooms that it runs.
 *
 * @param tenant the deployment's tenant: prefix of every topic, part of every seal, hash and entry
 * @param certs folder of the development PKI, which the defaults of the other sections point into
 * @param kafka the brokers and the topics
 * @param cluster how large the topics are
 * @param keys the key stores
 * @param policy the rulebook and who may activate it
 * @param protection what transforms may do that is off by default
 * @param gateway the ingress
 * @param protect the main job
 * @param deliver the job that delivers released views
 * @param audit the log
 * @param witness who sees to it that others see the same log; an auditor's
 * @param reveal the way back
 * @param demo the demonstration, which runs all of it in one process over one folder
 */
public record SluiceConfig(
        String tenant,
        Path certs,
        KafkaSection kafka,
        ClusterSection cluster,
        KeysSection keys,
        PolicySection policy,
        ProtectionSection protection,
        GatewaySection gateway,
        ProtectSection protect,
        DeliverSection deliver,
        AuditSection audit,
        WitnessSection witness,
        RevealSection reveal,
        DemoSection demo) {
    /** Checks the tenant, and what two sections have to agree on. */
    public SluiceConfig {
        Names.requireId("tenant", tenant);
        if (protect.duplicateWindow().compareTo(cluster.ingressRetention()) > 0) {
            throw new IllegalArgumentException("protect.duplicateWindow must not be longer than"
                    + " cluster.ingressRetention, " + Durations.format(cluster.ingressRetention()) + ", is "
                    + Durations.format(protect.duplicateWindow())
                    + ": a start without state learns the ids of events from events.ingress alone");
        }
    }

    /** The defaults, their paths below a folder. */
    public static SluiceConfig defaults(Path folder) {
        return defaults(folder, ClusterSection.defaults(folder.resolve("certs")));
    }

    /** The defaults beside a section of the topics: they agree with it. */
    static SluiceConfig defaults(Path folder, ClusterSection cluster) {
        Path certs = folder.resolve("certs");
        return new SluiceConfig(
                "dev",
                certs,
                KafkaSection.defaults(certs),
                cluster,
                KeysSection.defaults(folder, certs),
                PolicySection.defaults(folder, certs),
                ProtectionSection.defaults(),
                GatewaySection.defaults(folder, certs),
                ProtectSection.defaults(folder, certs, cluster.ingressRetention()),
                DeliverSection.defaults(folder, certs),
                AuditSection.defaults(folder, certs),
                WitnessSection.defaults(folder, certs),
                RevealSection.defaults(certs),
                DemoSection.defaults());
    }

    /** What is switched on, as the check of a rulebook takes it. */
    public Features features() {
        return new Features(protection.fpe().enabled());
    }

    /** The topics and grants that this deployment plans. */
    public ClusterLayout layout() {
        return new ClusterLayout(new Topics(tenant, kafka.generation()), cluster.sizing());
    }
}
