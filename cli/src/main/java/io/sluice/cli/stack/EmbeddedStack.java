package io.sluice.cli.stack;

import io.sluice.audit.append.AppenderStatus;
import io.sluice.audit.append.AuditAppender;
import io.sluice.audit.append.AuditAppenderConfig;
import io.sluice.audit.console.AuditConsole;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.serve.AuditServer;
import io.sluice.audit.serve.AuditServerConfig;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.policy.OfficerKafka;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.decision.Activation;
import io.sluice.core.event.Topics;
import io.sluice.gateway.Gateway;
import io.sluice.policies.evaluate.ActivePolicy;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.reveal.Reveal;
import io.sluice.reveal.value.Revealer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All of Sluice in this JVM over one folder: broker, gateway, jobs, audit, reveal, with development certificates and keys. The
 * rooms are the real ones, joined by Kafka and HTTPS as in production. A second start on the folder goes on where the
 * first one ended, however it ended.
 */
public final class EmbeddedStack implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);

    private final StackFolder folder;
    private final Topics topics;
    private final PkiFiles pki;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final EmbeddedBroker broker;
    private final PolicyDesk desk;
    private final AuditAppender appender;
    private final AuditServer auditServer;
    private final SigningKey logKey;
    private final Gateway gateway;
    private final StackJobs jobs;
    private final Reveal reveal;
    private final AuditConsole console;

    /**
     * Starts everything and returns when the gateway is ready.
     *
     * @param folder the data folder; stays the caller's
     * @param config ports and sizes of its {@code demo} section, limits of the rooms' sections
     * @param rulebook the officers' folder
     * @param progress told what is being started
     */
    public static EmbeddedStack start(
            StackFolder folder, SluiceConfig config, Path rulebook, Consumer<String> progress) {
        return new EmbeddedStack(folder, config, rulebook, progress);
    }

    private EmbeddedStack(StackFolder folder, SluiceConfig config, Path rulebook, Consumer<String> progress) {
        Clock clock = Clock.systemUTC();
        String tenant = config.tenant();
        this.folder = folder;
        this.topics = new Topics(tenant, 1);
        try {
            progress.accept("certificates and keys");
            this.pki = DevPki.openOrCreate(folder.certs(), clock);
            SealKeys sealKeys =
                    SealKeys.openOrCreate(folder.ingressKeys(), StackFolder.password(folder.ingressKeys()), tenant);
            Keystore fieldKeys =
                    Keystore.openOrCreate(folder.fieldKeys(), StackFolder.password(folder.fieldKeys()), tenant);
            DevSigners signers = DevSigners.open(folder, pki, tenant);

            progress.accept("broker");
            ClusterLayout layout =
                    new ClusterLayout(topics, sizing(config.demo().partitions()));
            this.broker = keep(EmbeddedBroker.start(folder, pki, config.demo().kafkaPort(), layout));
            StackCustodian custodian = keep(StackCustodian.start(
                    folder, fieldKeys, sealKeys, broker.clientSettings(DevIdentity.CUSTODIAN), layout));

            progress.accept("policy");
            OfficerKafka officer = new OfficerKafka(broker.clientSettings(DevIdentity.OFFICER), layout);
            this.desk = new PolicyDesk(rulebook, config.features(), signers, officer, clock);
            desk.activate();

            progress.accept("audit log");
            this.logKey = logKey(tenant);
            this.appender = keep(AuditAppender.start(
                    AuditAppenderConfig.defaults(topics, 0, folder.archive()),
                    new AuditLogConfig(folder.audit(), logKey),
                    broker.clientSettings(DevIdentity.AUDIT),
                    clock));

            progress.accept("jobs");
            this.jobs = keep(StackJobs.start(folder, broker, config));

            progress.accept("gateway");
            this.gateway = keep(Gateway.start(
                    StackGateway.config(config, layout, pki, broker.clientSettings(DevIdentity.GATEWAY)),
                    sealKeys,
                    PolicyStore.logging(
                            signers.root(),
                            config.policy()
                                    .engine(pki.identity(DevIdentity.GATEWAY).keystore())
                                    .engines(2)),
                    clock));
            await("The gateway", () -> gateway.readiness().ready());
            await("The custodian", custodian::announces);
            this.auditServer = keep(AuditServer.start(AuditServerConfig.local(
                    config.demo().auditPort(),
                    folder.audit(),
                    new AuditServerConfig.Tls(
                            pki.identity(DevIdentity.AUDIT).chain(),
                            pki.identity(DevIdentity.AUDIT).key(),
                            null,
                            null))));

            progress.accept("reveal service");
            SubjectKeys subjects = StackReveal.subjects(folder, fieldKeys, tenant);
            this.reveal = keep(Reveal.start(
                    StackReveal.config(config, layout, pki, broker.clientSettings(DevIdentity.REVEAL)),
                    new Revealer(fieldKeys.ring(), FieldKeys.of(fieldKeys.ring(), subjects), tenant),
                    subjects,
                    PolicyStore.logging(
                            signers.root(),
                            config.policy()
                                    .engine(pki.identity(DevIdentity.REVEAL).keystore())
                                    .engines(1)),
                    clock));

            progress.accept("audit console");
            this.console = keep(AuditConsole.start(
                    StackConsole.config(config, folder, pki, logKey.verifier(), signers.root()),
                    topics,
                    0,
                    broker.clientSettings(DevIdentity.AUDIT),
                    PolicyStore.logging(
                            signers.root(),
                            config.policy()
                                    .engine(pki.identity(DevIdentity.AUDIT).keystore())
                                    .engines(1)),
                    clock));
            console.waiting(() -> appender.status().waiting());
        } catch (RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    private static ClusterSizing sizing(int partitions) {
        ClusterSizing small = ClusterSizing.DEVELOPMENT;
        return new ClusterSizing(
                partitions,
                small.auditPartitions(),
                partitions,
                small.replicationFactor(),
                small.minInsyncReplicas(),
                small.ingressRetention(),
                small.quarantineRetention(),
                small.releasedRetention(),
                small.releasedBytes());
    }

    private SigningKey logKey(String tenant) {
        try {
            return SigningKey.readOrCreate(folder.logKey(), "sluice.dev/audit/" + tenant + "/0", new SecureRandom());
        } catch (IOException e) {
            throw new CommandFailure("The key of the audit log cannot be used: " + folder.logKey(), e);
        }
    }

    /** Waits for a state, bounded, and fails when a room died meanwhile. */
    public void await(String what, BooleanSupplier state) {
        await(what, START_LIMIT, state);
    }

    /** As {@link #await(String, BooleanSupplier)} with a limit of its own. */
    public void await(String what, Duration limit, BooleanSupplier state) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!state.getAsBoolean()) {
            requireHealthy();
            if (System.nanoTime() > deadline) {
                throw new CommandFailure(
                        what + " did not get there within " + limit.toSeconds() + " s; see " + folder.logs());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new CommandFailure("Interrupted while waiting for: " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** @throws CommandFailure where a room ended that must run */
    private void requireHealthy() {
        AppenderStatus status = appender.status();
        if (status.state() == AppenderStatus.State.FAILED) {
            throw new CommandFailure(
                    "The audit log stopped: " + status.failure().orElse("no reason is known"));
        }
        jobs.requireAlive();
    }

    /** How many records stand in {@code events.ingress}. */
    public long ingressRecords() {
        return broker.ingressRecords();
    }

    /**
     * Activates the rulebook folder if it changed, and returns when the gateway stamps it into the records it takes; see
     * {@link PolicyDesk#activate}. One thread at a time.
     */
    public Optional<Activation> activate() {
        Optional<Activation> activated = desk.activate();
        activated.ifPresent(activation -> await("The gateway", () -> gateway.activation() >= activation.number()));
        return activated;
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

    public URI revealAddress() {
        return URI.create("https://localhost:" + reveal.port());
    }

    public URI auditAddress() {
        return URI.create("https://localhost:" + auditServer.port());
    }

    /** Where the console is. */
    public URI consoleAddress() {
        return URI.create("https://localhost:" + console.port());
    }

    /** A new link that signs in whoever opens it first; the one before is good no more. */
    public URI consoleLink() {
        return consoleAddress().resolve(console.newLink());
    }

    public PkiFiles pki() {
        return pki;
    }

    public Topics topics() {
        return topics;
    }

    /** Topics with their sizes, and grants. */
    public ClusterLayout layout() {
        return broker.layout();
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

    /** For tests of outages. */
    EmbeddedBroker broker() {
        return broker;
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private void closeAfter(RuntimeException failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Stops the newest part first: the gateway drains, the jobs keep their checkpoints, the broker goes last. An interrupt
     * is why it is closed, perhaps; it does not hurry the closing.
     */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        List<Exception> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!failures.isEmpty()) {
            CommandFailure failure = new CommandFailure("The stack did not stop cleanly", failures.get(0));
            failures.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
