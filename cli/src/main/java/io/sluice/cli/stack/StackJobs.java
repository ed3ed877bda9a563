package io.sluice.cli.stack;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.jobs.deliver.DeliverConfig;
import io.sluice.jobs.deliver.DeliverJob;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.protect.ProtectConfig;
import io.sluice.jobs.protect.ProtectJob;
import io.sluice.jobs.protect.ProtectKeys;
import io.sluice.jobs.protect.ProtectPolicy;
import io.sluice.jobs.protect.ProtectRun;
import java.util.List;

/** The jobs of an embedded stack. */
final class StackJobs implements AutoCloseable {
    private final StackFolder folder;
    private final JobRunner protect;
    private final JobRunner deliver;

    private StackJobs(StackFolder folder, JobRunner protect, JobRunner deliver) {
        this.folder = folder;
        this.protect = protect;
        this.deliver = deliver;
    }

    /** Starts them with the settings of their sections; keys, certificates and folders are the stack's own. */
    static StackJobs start(StackFolder folder, EmbeddedBroker broker, SluiceConfig config) {
        JobRunner protect = protect(folder, broker, config);
        try {
            return new StackJobs(folder, protect, deliver(folder, broker, config));
        } catch (RuntimeException e) {
            protect.close();
            throw e;
        }
    }

    private static JobRunner protect(StackFolder folder, EmbeddedBroker broker, SluiceConfig config) {
        ProtectKeys keys = new ProtectKeys(
                ProtectKeys.KeyFolder.of(folder.ingressKeys(), StackFolder.password(folder.ingressKeys())),
                ProtectKeys.KeyFolder.of(folder.fieldKeys(), StackFolder.password(folder.fieldKeys())),
                config.protection().fpe().enabled(),
                new ProtectKeys.SubjectTree(
                        folder.tree().toString(),
                        folder.custodianPublicKey().toString(),
                        StackCustodian.LEASE,
                        StackCustodian.CLOCK_SKEW));
        ProtectPolicy policy = new ProtectPolicy(
                folder.trustRoot().toString(),
                config.policy()
                        .engine(new PkiFiles(folder.certs())
                                .identity(DevIdentity.PROTECT)
                                .keystore()),
                config.policy().status());
        ProtectConfig protect = ProtectConfig.of(
                        ClientSettings.of(broker.clientSettings(DevIdentity.PROTECT)), config.tenant(), keys, policy)
                .withRun(ProtectRun.of(config.tenant())
                        .withParallelism(config.protect().parallelism())
                        .withCheckpointInterval(config.protect().checkpointInterval()));
        return JobRunner.start(
                ProtectJob.NAME,
                folder.checkpoints("protect"),
                protect.run().parallelism(),
                env -> ProtectJob.build(env, protect));
    }

    private static JobRunner deliver(StackFolder folder, EmbeddedBroker broker, SluiceConfig config) {
        DeliverConfig deliver = DeliverConfig.of(
                        ClientSettings.of(broker.clientSettings(DevIdentity.DELIVER)),
                        config.tenant(),
                        folder.delivered())
                .withCheckpointInterval(config.deliver().checkpointInterval());
        return JobRunner.start(
                DeliverJob.NAME,
                folder.checkpoints("deliver"),
                deliver.parallelism(),
                env -> DeliverJob.build(env, deliver));
    }

    /** @throws CommandFailure where a job ended */
    void requireAlive() {
        for (JobRunner job : List.of(protect, deliver)) {
            if (!job.alive()) {
                throw new CommandFailure(
                        "The job " + job.name() + " ended; see " + folder.logs(),
                        job.failure().orElse(null));
            }
        }
    }

    @Override
    public void close() {
        deliver.close();
        protect.close();
    }
}
