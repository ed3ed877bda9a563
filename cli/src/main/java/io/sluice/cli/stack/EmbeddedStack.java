package io.sluice.cli.stack;

import io.sluice.audit.append.AuditAppender;
import io.sluice.audit.append.AuditAppenderConfig;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.serve.AuditServer;
import io.sluice.audit.serve.AuditServerConfig;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.DemoSection;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.cluster.Finding;
import io.sluice.core.decision.Activation;
import io.sluice.core.event.Topics;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.KafkaConfig;
import io.sluice.gateway.operate.ManagementConfig;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.TlsConfig;
import io.sluice.jobs.deliver.DeliverConfig;
import io.sluice.jobs.deliver.DeliverJob;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.protect.ProtectConfig;
import io.sluice.jobs.protect.ProtectJob;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * All of Sluice in this JVM over one folder: broker, gateway, jobs, audit, with development certificates and keys. The
 * rooms are the real ones, joined by Kafka and HTTPS as in production. A second start on the folder goes on where the
 * first one ended, however it ended.
 */
public final class EmbeddedStack implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(50);

    private final StackFolder folder;
    private final Topics topics;
    private final PkiFiles pki;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final DevBroker broker;
    private final Admin admin;
    private final PolicyDesk desk;
    private final AuditAppender appender;
    private final AuditServer auditServer;
    private final SigningKey logKey;
    private final Gateway gateway;
    private final List<JobRunner> jobs = new ArrayList<>();

    /**
     * Starts everything and returns when the gateway is ready.
     *
     * @param folder the data folder; stays the caller's
     * @param tenant the deployment's tenant
     * @param rulebook the officers' folder
     * @param settings ports and sizes
     * @param progress told what is being started
     */
    public static EmbeddedStack start(
            StackFolder folder, String tenant, Path rulebook, DemoSection settings, Consumer<String> progress) {
        return new EmbeddedStack(folder, tenant, rulebook, settings, progress);
    }

    private EmbeddedStack(
            StackFolder folder, String tenant, Path rulebook, DemoSection settings, Consumer<String> progress) {
        Clock clock = Clock.systemUTC();
        this.folder = folder;
        this.topics = new Topics(tenant, 1);
        try {
            progress.accept("certificates and keys");
            this.pki = DevPki.openOrCreate(folder.certs(), clock);
            SealKeys sealKeys = SealKeys.openOrCreate(folder.ingressKeys(), password(folder.ingressKeys()), tenant);
            Keystore.openOrCreate(folder.fieldKeys(), password(folder.fieldKeys()), tenant);
            DevSigners signers = DevSigners.open(folder, pki, tenant);

            progress.accept("broker");
            this.broker = keep(DevBroker.start(new DevBrokerConfig(folder.kafka(), pki, settings.kafkaPort())));
            this.admin = keep(Admin.create(broker.clientSettings(DevIdentity.ADMIN)));
            ClusterLayout layout = new ClusterLayout(topics, ClusterSizing.DEVELOPMENT);
            requireNone(new TopicProvisioner(admin).provision(layout, List.of()));

            progress.accept("policy");
            OfficerKafka officer = new OfficerKafka(broker.clientSettings(DevIdentity.OFFICER), layout);
            this.desk = new PolicyDesk(rulebook, signers, officer, clock);
            desk.activate();

            progress.accept("audit log");
            this.logKey = logKey(tenant);
            this.appender = keep(AuditAppender.start(
                    AuditAppenderConfig.defaults(topics, 0, folder.archive()),
                    new AuditLogConfig(folder.audit(), logKey),
                    broker.clientSettings(DevIdentity.AUDIT),
                    clock));

            progress.accept("jobs");
            startJobs(settings);

            progress.accept("gateway");
            this.gateway = keep(
                    Gateway.start(gatewayConfig(settings), sealKeys, PolicyStore.inProcess(signers.root(), 2), clock));
            await("the gateway", gateway::ready);
            this.auditServer = keep(AuditServer.start(AuditServerConfig.local(
                    settings.auditPort(),
                    folder.audit(),
                    new AuditServerConfig.Tls(
                            pki.identity(DevIdentity.AUDIT).chain(),
                            pki.identity(DevIdentity.AUDIT).key(),
                            null,
                            null))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startJobs(DemoSection settings) {
        ProtectConfig protect = ProtectConfig.of(
                        ClientSettings.of(broker.clientSettings(DevIdentity.PROTECT)),
                        topics.tenant(),
                        ProtectConfig.KeyFolder.of(folder.ingressKeys(), password(folder.ingressKeys())),
                        ProtectConfig.KeyFolder.of(folder.fieldKeys(), password(folder.fieldKeys())),
                        folder.trustRoot())
                .withParallelism(settings.partitions() > 1 ? 2 : 1);
        jobs.add(keep(JobRunner.start(
                ProtectJob.NAME,
                folder.checkpoints("protect"),
                protect.parallelism(),
                env -> ProtectJob.build(env, protect))));
        DeliverConfig deliver = DeliverConfig.of(
                ClientSettings.of(broker.clientSettings(DevIdentity.DELIVER)),
                topics.tenant(),
                recipients(),
                folder.delivered());
        jobs.add(keep(JobRunner.start(
                DeliverJob.NAME, folder.checkpoints("deliver"), 1, env -> DeliverJob.build(env, deliver))));
    }

    private GatewayConfig gatewayConfig(DemoSection settings) {
        var server = pki.identity(DevIdentity.GATEWAY);
        TlsConfig tls = new TlsConfig(
                server.chain(),
                server.key(),
                pki.trust(),
                List.of(pki.rootCrl(), pki.intermediateCrl()),
                TlsConfig.DEFAULT_RELOAD);
        return GatewayConfig.of(
                topics,
                DataPortConfig.of("127.0.0.1", settings.gatewayPort(), tls),
                new ManagementConfig("127.0.0.1", settings.managementPort()),
                KafkaConfig.of(broker.clientSettings(DevIdentity.GATEWAY)));
    }

    private SigningKey logKey(String tenant) {
        try {
            return SigningKey.readOrCreate(folder.logKey(), "sluice.dev/audit/" + tenant + "/0", new SecureRandom());
        } catch (IOException e) {
            throw new CommandFailure("The key of the audit log cannot be used: " + folder.logKey(), e);
        }
    }

    private static void requireNone(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new CommandFailure("The topics differ from what Sluice needs:\n  "
                    + String.join(
                            "\n  ", findings.stream().map(Finding::toString).toList()));
        }
    }

    /** Waits for a state, bounded, and fails when a job died meanwhile. */
    public void await(String what, java.util.function.BooleanSupplier state) {
        await(what, START_LIMIT, state);
    }

    /** As {@link #await(String, java.util.function.BooleanSupplier)} with a limit of its own. */
    public void await(String what, Duration limit, java.util.function.BooleanSupplier state) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!state.getAsBoolean()) {
            requireHealthy();
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        what + " did not get there within " + limit.toSeconds() + " s; see " + folder.logs());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void requireHealthy() {
        appender.status().failure().ifPresent(failure -> {
            if (appender.status().state() == io.sluice.audit.append.AppenderStatus.State.FAILED) {
                throw new CommandFailure("The audit log stopped: " + failure);
            }
        });
        for (JobRunner job : jobs) {
            if (!job.alive()) {
                throw new CommandFailure("A job ended; see " + folder.logs());
            }
        }
    }

    /** How many records stand in {@code events.ingress}: it is written without transactions, so offsets count. */
    public long ingressRecords() {
        try {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            TopicDescription ingress = Objects.requireNonNull(
                    admin.describeTopics(List.of(topics.ingress()))
                            .allTopicNames()
                            .get()
                            .get(topics.ingress()),
                    "a topic that was asked for is described");
            ingress.partitions()
                    .forEach(p -> ends.put(new TopicPartition(topics.ingress(), p.partition()), OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(info -> info.offset())
                    .sum();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while counting records", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CommandFailure("The records of " + topics.ingress() + " cannot be counted", e.getCause());
        }
    }

    /** Activates the rulebook folder if it changed; see {@link PolicyDesk#activate}. */
    public Optional<Activation> activate() {
        return desk.activate();
    }

    /** The revision that this process activated or found last. */
    public long revision() {
        return desk.newest().map(policy -> policy.bundle().revision()).orElse(0L);
    }

    /** The recipients of the newest revision. */
    public List<String> recipients() {
        return desk.newest()
                .map(ActivePolicy::rulebook)
                .map(rulebook -> List.copyOf(rulebook.recipients().keySet()))
                .orElse(List.of());
    }

    public URI gatewayAddress() {
        return URI.create("https://localhost:" + gateway.dataPort());
    }

    public URI managementAddress() {
        return URI.create("http://localhost:" + gateway.managementPort());
    }

    public URI auditAddress() {
        return URI.create("https://localhost:" + auditServer.port());
    }

    public PkiFiles pki() {
        return pki;
    }

    public Topics topics() {
        return topics;
    }

    public StackFolder folder() {
        return folder;
    }

    /** The key that the log's checkpoints are signed with; its public half is what an auditor pins. */
    public SigningKey logKey() {
        return logKey;
    }

    /** Kafka client settings of a room; a fresh map. */
    public Map<String, Object> kafka(DevIdentity room) {
        return broker.clientSettings(room);
    }

    private static Path password(Path keys) {
        return keys.resolve("password");
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** Stops the newest part first: the gateway drains, the jobs keep their checkpoints, the broker goes last. */
    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            CommandFailure failure = new CommandFailure("The stack did not stop cleanly", failures.get(0));
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
