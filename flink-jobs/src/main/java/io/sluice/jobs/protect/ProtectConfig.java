package io.sluice.jobs.protect;

import static java.util.Objects.requireNonNull;

import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import java.io.Serializable;

/**
 * How a protect job is set up. Travels to every task; holds paths of keys, never keys.
 *
 * @param kafka the room's client settings
 * @param tenant the deployment's tenant
 * @param generation generation of the ingress topic
 * @param keys where its keys are
 * @param policy how it follows the policy
 * @param run how it runs and commits
 * @param limits limits
 */
public record ProtectConfig(
        ClientSettings kafka,
        String tenant,
        int generation,
        ProtectKeys keys,
        ProtectPolicy policy,
        ProtectRun run,
        ProtectLimits limits)
        implements Serializable {
    private static final long serialVersionUID = 1;

    public ProtectConfig {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(limits, "limits is null");
        new Topics(tenant, generation); // refuses what cannot be a topic
    }

    /** Of the first generation, as the room's grants allow it, with defaults. */
    public static ProtectConfig of(ClientSettings kafka, String tenant, ProtectKeys keys, ProtectPolicy policy) {
        return new ProtectConfig(kafka, tenant, 1, keys, policy, ProtectRun.of(tenant), ProtectLimits.DEFAULT);
    }

    /** The same of another generation. */
    public ProtectConfig withGeneration(int other) {
        return new ProtectConfig(kafka, tenant, other, keys, policy, run, limits);
    }

    /** The same, run otherwise. */
    public ProtectConfig withRun(ProtectRun other) {
        return new ProtectConfig(kafka, tenant, generation, keys, policy, other, limits);
    }

    /** The same with other limits. */
    public ProtectConfig withLimits(ProtectLimits others) {
        return new ProtectConfig(kafka, tenant, generation, keys, policy, run, others);
    }

    /** The deployment's topics. */
    public Topics topics() {
        return new Topics(tenant, generation);
    }
}
