package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.DeliverSection;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.ProtectSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.stack.JobRunner;
import io.sluice.core.cluster.Grants;
import io.sluice.jobs.deliver.DeliverConfig;
import io.sluice.jobs.deliver.DeliverJob;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import io.sluice.jobs.protect.CheckpointRefusedException;
import io.sluice.jobs.protect.ProtectConfig;
import io.sluice.jobs.protect.ProtectJob;
import io.sluice.jobs.protect.ProtectKeys;
import io.sluice.jobs.protect.ProtectLimits;
import io.sluice.jobs.protect.ProtectPolicy;
import io.sluice.jobs.protect.ProtectRun;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.KmsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink job as a process: a MiniCluster in this JVM, resumed from the newest checkpoint of its folder. */
public final class JobRoom implements RunningRoom {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(120);

    private final JobRunner job;

    private JobRoom(JobRunner job) {
        this.job = job;
    }

    /**
     * Starts the protect job.
     *
     * @param acceptReprocess whether state may be older than what the job has committed
     * @throws CommandFailure naming the setting, topic or limit at fault
     */
    public static JobRoom protect(SluiceConfig config, boolean acceptReprocess) {
        ProtectSection settings = config.protect();
        new Needed()
                .pem("protect.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust())
                .file(
                        "keys.tree.custodian",
                        config.keys().tree().custodian(),
                        "make it with: sluice keys init custodian")
                .file("policy.trustRoot", config.policy().trustRoot(), "the officers publish it (sluice policy trust)")
                .require();
        Map<String, Object> kafka = config.kafka().client(settings.keystore());
        Needed.usable("protect.keystore", kafka);
        PolicyTrust.read(config);
        ProtectConfig protect = new ProtectConfig(
                ClientSettings.of(kafka),
                config.tenant(),
                config.kafka().generation(),
                new ProtectKeys(
                        keys(config, "ingress", config.keys().ingress()),
                        keys(config, "fields", config.keys().fields()),
                        config.protection().fpe().enabled(),
                        tree(config.keys().tree())),
                new ProtectPolicy(
                        config.policy().trustRoot().toString(),
                        RoomEngine.of(config, settings.keystore()),
                        config.policy().status()),
                new ProtectRun(
                        Grants.PROTECT_PREFIX + "." + config.tenant(),
                        settings.transactionTimeout(),
                        settings.checkpointInterval(),
                        settings.parallelism()),
                ProtectLimits.DEFAULT
                        .withDuplicateWindow(settings.duplicateWindow())
                        .withRequeueWindow(config.cluster()
                                .ingressRetention()
                                .plus(config.cluster().quarantineRetention())));
        return start(config, ProtectJob.NAME, settings.checkpoints(), settings.parallelism(), env -> {
            ProtectJob.build(env, protect, acceptReprocess);
        });
    }

    /** Starts the deliver job. @throws CommandFailure naming the setting at fault */
    public static JobRoom deliver(SluiceConfig config) {
        DeliverSection settings = config.deliver();
        Deliveries deliveries = Deliveries.of(config);
        DeliverConfig deliver = DeliverConfig.of(deliveries.kafka(), config.tenant(), deliveries.destination())
                .withRecipients(settings.recipients())
                .withCheckpointInterval(settings.checkpointInterval());
        Path checkpoints = deliver.checkpoints(settings.checkpoints());
        return start(config, DeliverJob.NAME, checkpoints, deliver.parallelism(), env -> {
            DeliverJob.build(env, deliver);
        });
    }

    private static ProtectKeys.SubjectTree tree(KeysSection.Tree tree) {
        try {
            CustodianPublicKey.read(tree.custodian());
        } catch (KeyAccessException e) {
            throw new CommandFailure("keys.tree.custodian cannot be used", e);
        }
        return new ProtectKeys.SubjectTree(
                tree.folder().toString(), tree.custodian().toString(), tree.lease(), tree.clockSkew());
    }

    /** Opens a key store once, so that what is wrong with it is an error of the start and not of a task. */
    private static ProtectKeys.KeyFolder keys(SluiceConfig config, String name, KeysSection.Store store) {
        KmsSettings settings = store.settings().with(config.keys().envelope().limits());
        try {
            Keystore.open(store.folder(), settings, config.tenant());
        } catch (KeyAccessException e) {
            throw new CommandFailure(
                    "keys." + name + " cannot be used; sluice keys init " + name + " makes them where there are none",
                    e);
        }
        return ProtectKeys.KeyFolder.of(store.folder(), settings);
    }

    private static JobRoom start(
            SluiceConfig config,
            String name,
            Path checkpoints,
            int parallelism,
            Consumer<StreamExecutionEnvironment> topology) {
        try {
            return new JobRoom(JobRunner.start(name, checkpoints, parallelism, topology));
        } catch (IllegalStateException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (KafkaUnavailableException e) {
            throw new CommandFailure(
                    "Kafka at " + config.kafka().bootstrap() + " cannot be asked (kafka.bootstrap)", e);
        }
    }

    @Override
    public List<String> addresses() {
        return List.of();
    }

    @Override
    public String state() {
        if (!job.alive()) {
            Throwable failure = job.failure().orElse(null);
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof CheckpointRefusedException) {
                    throw new CommandFailure(String.valueOf(cause.getMessage()));
                }
            }
            throw new CommandFailure("the job ended", failure);
        }
        return READY;
    }

    @Override
    public Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    public void close() {
        job.close();
    }
}
