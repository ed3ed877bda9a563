package io.sluice.jobs.protect;

import static java.util.Objects.requireNonNull;

import io.sluice.core.cluster.Grants;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.status.StatusSettings;
import io.sluice.protection.keys.KmsSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a protect job runs. Travels to every task; holds paths of keys, never keys.
 *
 * @param kafka the room's client settings
 * @param tenant the deployment's tenant
 * @param generation generation of the ingress topic
 * @param ingressKeys the keystore of the seal
 * @param fieldKeys the keystore of views
 * @param trustRoot the file with the pinned root under which the first revision was approved
 * @param engine what evaluates the policy
 * @param transactionalIdPrefix first part of all transactional ids and the consumer group: one job and cluster only, for
 *     the life of its state; the room's grants begin with {@link Grants#PROTECT_PREFIX}
 * @param transactionTimeout how long Kafka keeps an open transaction; longer than a checkpoint and a restart take together
 * @param checkpointInterval how often views become visible
 * @param parallelism parallelism of every operator
 * @param limits limits
 * @param fpe whether plans may ask for {@code tokenise-fpe}; those that do are refused otherwise
 * @param tree the key tree of the subjects; null without: then no field is encrypted under a subject's key, and what is
 *     remembered of subjects outlives their erasure in old checkpoints
 * @param status how the job's tasks tell {@code policy.status} what they have in force
 */
public record ProtectConfig(
        ClientSettings kafka,
        String tenant,
        int generation,
        KeyFolder ingressKeys,
        KeyFolder fieldKeys,
        String trustRoot,
        EngineConfig engine,
        String transactionalIdPrefix,
        Duration transactionTimeout,
        Duration checkpointInterval,
        int parallelism,
        ProtectLimits limits,
        boolean fpe,
        @Nullable SubjectTree tree,
        StatusSettings status)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Below Kafka's default cap of 15 minutes; Flink's own default of an hour is above it. */
    public static final Duration DEFAULT_TRANSACTION_TIMEOUT = Duration.ofMinutes(10);
    /** Most subtasks that a rescaling may reach: 720 divides evenly in many ways. */
    public static final int MAX_PARALLELISM = 720;

    /**
     * Where a keystore lies.
     *
     * @param folder its folder
     * @param kms what wraps its keys
     */
    public record KeyFolder(String folder, KmsSettings kms) implements Serializable {
        private static final long serialVersionUID = 1;

        /** The same with paths. */
        public static KeyFolder of(Path folder, KmsSettings kms) {
            return new KeyFolder(folder.toString(), kms);
        }

        /** With the local keystore, its password in that file. */
        public static KeyFolder of(Path folder, Path passwordFile) {
            return of(folder, KmsSettings.local(passwordFile));
        }

        Path folderPath() {
            return Path.of(folder);
        }
    }

    /**
     * The key tree of the subjects, as this job uses it.
     *
     * @param folder its files
     * @param custodian file with the public key whose announcements are followed
     * @param lease how long after an announcement it may be used
     * @param clockSkew how far two machines' clocks may differ
     */
    public record SubjectTree(String folder, String custodian, Duration lease, Duration clockSkew)
            implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /** Without {@code tokenise-fpe}, and without a key tree. */
    public ProtectConfig(
            ClientSettings kafka,
            String tenant,
            int generation,
            KeyFolder ingressKeys,
            KeyFolder fieldKeys,
            String trustRoot,
            EngineConfig engine,
            String transactionalIdPrefix,
            Duration transactionTimeout,
            Duration checkpointInterval,
            int parallelism,
            ProtectLimits limits) {
        this(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                false,
                null,
                StatusSettings.DEFAULT);
    }

    /** With the default of how it tells of itself. */
    public ProtectConfig(
            ClientSettings kafka,
            String tenant,
            int generation,
            KeyFolder ingressKeys,
            KeyFolder fieldKeys,
            String trustRoot,
            EngineConfig engine,
            String transactionalIdPrefix,
            Duration transactionTimeout,
            Duration checkpointInterval,
            int parallelism,
            ProtectLimits limits,
            boolean fpe,
            @Nullable SubjectTree tree) {
        this(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                fpe,
                tree,
                StatusSettings.DEFAULT);
    }

    public ProtectConfig {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(engine, "engine is null");
        requireNonNull(limits, "limits is null");
        new Topics(tenant, generation); // refuses what cannot be a topic
        if (!transactionalIdPrefix.matches("[a-z0-9][a-z0-9.-]{0,99}")) {
            throw new IllegalArgumentException(
                    "transactionalIdPrefix must be 1 to 100 lower-case letters, digits, dots and hyphens");
        }
        if (checkpointInterval.toMillis() < 10) {
            throw new IllegalArgumentException("checkpointInterval is at least 10 ms");
        }
        if (transactionTimeout.compareTo(checkpointInterval.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("transactionTimeout must be at least twice checkpointInterval");
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("parallelism is 1 to " + MAX_PARALLELISM);
        }
    }

    /** With defaults: wasm in process, a checkpoint every second, one subtask, ids as the room's grants allow them. */
    public static ProtectConfig of(
            ClientSettings kafka, String tenant, KeyFolder ingressKeys, KeyFolder fieldKeys, Path trustRoot) {
        return new ProtectConfig(
                kafka,
                tenant,
                1,
                ingressKeys,
                fieldKeys,
                trustRoot.toString(),
                EngineConfig.WASM,
                Grants.PROTECT_PREFIX + "." + tenant,
                DEFAULT_TRANSACTION_TIMEOUT,
                Duration.ofSeconds(1),
                1,
                ProtectLimits.DEFAULT);
    }

    /** The same with another parallelism. */
    public ProtectConfig withParallelism(int subtasks) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                subtasks,
                limits,
                fpe,
                tree,
                status);
    }

    /** The same with another policy engine. */
    public ProtectConfig withEngine(EngineConfig other) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                other,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                fpe,
                tree,
                status);
    }

    /** The same with other limits. */
    public ProtectConfig withLimits(ProtectLimits others) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                others,
                fpe,
                tree,
                status);
    }

    /** The same with another time between checkpoints. */
    public ProtectConfig withCheckpointInterval(Duration interval) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                interval,
                parallelism,
                limits,
                fpe,
                tree,
                status);
    }

    /** The same with {@code tokenise-fpe} on or off. */
    public ProtectConfig withFpe(boolean on) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                on,
                tree,
                status);
    }

    /** The same with a key tree. */
    public ProtectConfig withTree(SubjectTree other) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                fpe,
                other,
                status);
    }

    /** The same, telling of itself otherwise. */
    public ProtectConfig withStatus(StatusSettings other) {
        return new ProtectConfig(
                kafka,
                tenant,
                generation,
                ingressKeys,
                fieldKeys,
                trustRoot,
                engine,
                transactionalIdPrefix,
                transactionTimeout,
                checkpointInterval,
                parallelism,
                limits,
                fpe,
                tree,
                other);
    }

    /** The deployment's topics. */
    public Topics topics() {
        return new Topics(tenant, generation);
    }
}
