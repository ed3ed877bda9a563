package io.sluice.cli.room;

import io.sluice.audit.api.ApiLimits;
import io.sluice.audit.append.AppenderStatus;
import io.sluice.audit.append.AuditAppender;
import io.sluice.audit.append.AuditAppenderConfig;
import io.sluice.audit.console.AuditConsole;
import io.sluice.audit.console.AuditConsoleConfig;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.NoteException;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.oidc.OidcConfig;
import io.sluice.audit.operate.AuditManagement;
import io.sluice.audit.operate.AuditMetrics;
import io.sluice.audit.serve.AuditServer;
import io.sluice.audit.serve.AuditServerConfig;
import io.sluice.audit.timestamp.TimestampConfig;
import io.sluice.audit.timestamp.TimestampTrust;
import io.sluice.audit.witness.CosigningConfig;
import io.sluice.audit.witness.WitnessAddress;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cli.config.AuditSection;
import io.sluice.cli.config.OidcSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.config.TimestampSection;
import io.sluice.cli.config.WitnessesSection;
import io.sluice.policies.draft.DraftFolder;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.operate.Readiness;
import io.sluice.serving.tls.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The log of one partition of {@code audit.entries} as a process: it appends, keeps the cited policies, and serves the log
 * over HTTPS. Without Kafka it serves what there is and waits.
 */
public final class AuditRoom implements RunningRoom {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(150);
    private static final int CONSOLE_ENGINES = 2;

    private final AuditServer server;
    private final AuditAppender appender;
    private final @Nullable AuditConsole console;
    private final AuditManagement management;
    private final String managementHost;

    private AuditRoom(
            AuditServer server, AuditAppender appender, @Nullable AuditConsole console, AuditSection settings) {
        this.server = server;
        this.appender = appender;
        this.console = console;
        this.managementHost = settings.managementHost();
        this.management = manage(settings);
    }

    private AuditManagement manage(AuditSection settings) {
        AuditMetrics metrics = new AuditMetrics(
                appender::status,
                settings.witnesses().addresses().stream()
                        .map(WitnessAddress::name)
                        .toList());
        Map<String, Supplier<Optional<String>>> checks = new LinkedHashMap<>();
        checks.put("log", () -> notAppending(appender.status()));
        if (console != null) {
            metrics.console(console::status);
            checks.put("console", console::finding);
            checks.put("certificates", console::certificates);
        }
        try {
            return AuditManagement.start(
                    new ManagementConfig(settings.managementHost(), settings.managementPort()),
                    new Readiness(checks),
                    metrics);
        } catch (IllegalStateException e) {
            closeRest();
            throw new CommandFailure(e.getMessage() + "; audit.managementHost and audit.managementPort say where", e);
        }
    }

    /** Starts it and returns when the port is open. @throws CommandFailure naming the setting at fault */
    public static AuditRoom start(SluiceConfig config) {
        AuditSection settings = config.audit();
        new Needed()
                .pem("audit.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust())
                .pem("audit.chain", settings.chain())
                .pem("audit.key", settings.key())
                .pem("audit.trust", settings.trust())
                .pem("audit.crls", settings.crls())
                .file("audit.signingKey", settings.signingKey(), "make it with: sluice keys init audit")
                .require();
        if (!settings.witnesses().ask().isEmpty()) {
            new Needed()
                    .pem("audit.witnesses.trust", settings.witnesses().trust())
                    .require();
        }
        if (settings.partition() >= config.cluster().auditPartitions()) {
            throw new CommandFailure("audit.partition is " + settings.partition() + ", but cluster.auditPartitions is "
                    + config.cluster().auditPartitions() + ", so the last one is "
                    + (config.cluster().auditPartitions() - 1));
        }
        Map<String, Object> kafka = config.kafka().client(settings.keystore());
        Needed.usable("audit.keystore", kafka);
        SigningKey key = signingKey(settings, config.tenant());
        Cosigner mlDsa = settings.mlDsa() ? mlDsaKey(settings, key) : null;
        PolicyStore store = settings.console().enabled() ? store(config) : null;
        AuditServer server = serve(settings);
        AuditConsole console = null;
        try {
            console = store == null ? null : console(config, key, kafka, store);
            AuditAppenderConfig appending = AuditAppenderConfig.defaults(
                            config.layout().topics(), settings.partition(), settings.archive())
                    .withCheckpointInterval(settings.checkpointInterval())
                    .withHeartbeatInterval(settings.heartbeatInterval())
                    .withWitnesses(witnesses(settings.witnesses()))
                    .withTimestamp(timestamp(settings.timestamp()));
            AuditAppender appender = AuditAppender.start(
                    appending,
                    new AuditLogConfig(settings.folder(), key, mlDsa, Clock.systemUTC()),
                    kafka,
                    Clock.systemUTC());
            if (console != null) {
                console.waiting(() -> appender.status().waiting());
            }
            return new AuditRoom(server, appender, console, settings);
        } catch (RuntimeException e) {
            if (console != null) {
                console.close();
            }
            server.close();
            throw e;
        }
    }

    /** The policy that says who may read. */
    private static PolicyStore store(SluiceConfig config) {
        new Needed()
                .file("policy.trustRoot", config.policy().trustRoot(), "the officers publish it (sluice policy trust)")
                .require();
        return PolicyStore.logging(
                PolicyTrust.read(config),
                RoomEngine.of(config, config.audit().keystore()).engines(CONSOLE_ENGINES));
    }

    private static AuditConsole console(
            SluiceConfig config, SigningKey key, Map<String, Object> kafka, PolicyStore store) {
        AuditSection settings = config.audit();
        AuditConsoleConfig shown = new AuditConsoleConfig(
                        config.tenant(),
                        settings.console().host(),
                        settings.console().port(),
                        new TlsConfig(
                                settings.chain(),
                                settings.key(),
                                settings.trust(),
                                List.of(settings.crls()),
                                TlsConfig.DEFAULT_RELOAD),
                        new AuditIndexConfig(
                                IndexPlaces.console(settings), FileLogStore.source(settings.folder()), key.verifier()),
                        settings.archive(),
                        settings.witnesses().keys(),
                        null,
                        ApiLimits.DEFAULT.withMaxExport(settings.console().maxExport()))
                .withOidc(provider(settings.console().oidc()))
                .withDrafts(new DraftFolder(settings.console().drafts(), PolicyTrust.read(config))::drafts);
        try {
            return AuditConsole.start(
                    shown, config.layout().topics(), settings.partition(), kafka, store, Clock.systemUTC());
        } catch (IllegalStateException e) {
            throw new CommandFailure(
                    e.getMessage() + "; audit.console says where, audit.chain, key, trust and crls as whom", e);
        }
    }

    private static @Nullable OidcConfig provider(OidcSection settings) {
        if (settings.issuer().isEmpty()) {
            return null;
        }
        Needed needed = new Needed().pem("audit.console.oidc.trust", settings.trust());
        if (!settings.publicClient()) {
            needed.file(
                    "audit.console.oidc.clientSecretFile",
                    settings.clientSecretFile(),
                    "write the client's secret into it, mode 600; or set audit.console.oidc.publicClient");
        }
        needed.require();
        try {
            String secret = settings.publicClient()
                    ? null
                    : Files.readString(settings.clientSecretFile()).strip();
            return settings.settings(secret, ClientIdentity.trusting(settings.trust()));
        } catch (IOException e) {
            throw new CommandFailure(
                    "audit.console.oidc.clientSecretFile: " + settings.clientSecretFile() + " cannot be read", e);
        }
    }

    private static SigningKey signingKey(AuditSection settings, String tenant) {
        SigningKey key;
        try {
            key = SigningKey.read(settings.signingKey());
        } catch (IOException | NoteException e) {
            throw new CommandFailure("audit.signingKey: " + settings.signingKey() + " cannot be used", e);
        }
        String name = settings.logName(tenant);
        if (!key.verifier().name().equals(name)) {
            throw new CommandFailure("audit.signingKey: " + settings.signingKey() + " is the key of "
                    + key.verifier().name() + "; audit.origin, tenant and audit.partition make the name " + name);
        }
        return key;
    }

    private static Cosigner mlDsaKey(AuditSection settings, SigningKey key) {
        new Needed()
                .file("audit.mlDsaKey", settings.mlDsaKey(), "make it with: sluice keys init audit")
                .require();
        try {
            Cosigner mlDsa = Cosigner.ofLog(settings.mlDsaKey());
            new AuditLogConfig(settings.folder(), key, mlDsa, Clock.systemUTC()); // its name is checked here
            return mlDsa;
        } catch (IOException | NoteException | IllegalArgumentException e) {
            throw new CommandFailure("audit.mlDsaKey: " + settings.mlDsaKey() + " cannot be used", e);
        }
    }

    private static CosigningConfig witnesses(WitnessesSection settings) {
        return settings.ask().isEmpty()
                ? CosigningConfig.none()
                : new CosigningConfig(
                        settings.addresses(), ClientIdentity.trusting(settings.trust()), settings.timeout());
    }

    private static @Nullable TimestampConfig timestamp(TimestampSection settings) {
        if (settings.authority().isEmpty()) {
            return null;
        }
        try {
            return new TimestampConfig(
                    URI.create(settings.authority()),
                    TimestampTrust.read(settings.trust()),
                    settings.policy().isEmpty() ? null : settings.policy(),
                    settings.every(),
                    settings.timeout(),
                    null);
        } catch (IOException e) {
            throw new CommandFailure(
                    "audit.timestamp.trust: " + settings.trust()
                            + " cannot be used; it holds the certificates, in PEM, at which that of the authority ends",
                    e);
        }
    }

    private static AuditServer serve(AuditSection settings) {
        var tls = new AuditServerConfig.Tls(settings.chain(), settings.key(), settings.trust(), settings.crls());
        try {
            return AuditServer.start(
                    new AuditServerConfig(settings.host(), settings.port(), settings.folder(), tls, IDLE_TIMEOUT));
        } catch (IllegalStateException e) {
            throw new CommandFailure(
                    e.getMessage() + "; audit.host and audit.port say where, audit.chain, key, trust and crls as whom",
                    e);
        }
    }

    @Override
    public List<String> addresses() {
        List<String> addresses = new ArrayList<>(List.of("log  " + server.address() + "/checkpoint"));
        if (console != null) {
            addresses.add("console  " + console.address());
        }
        addresses.add("management  http://" + managementHost + ":" + management.port() + "/readyz");
        return addresses;
    }

    @Override
    public String state() {
        AppenderStatus status = appender.status();
        Optional<String> problem = notAppending(status);
        return switch (status.state()) {
            case RUNNING -> READY + console() + witnesses(status) + unstamped(status);
            case STARTING, RETRYING -> "not ready: " + problem.orElse("");
            case FAILED, CLOSED -> throw new CommandFailure(problem.orElse(""));
        };
    }

    /** Why the log does not grow; empty where it does. */
    private static Optional<String> notAppending(AppenderStatus status) {
        String failure = status.failure().orElse("no reason given");
        return switch (status.state()) {
            case RUNNING -> Optional.empty();
            case STARTING -> Optional.of("opening the log and connecting to Kafka");
            case RETRYING -> Optional.of(failure + "; trying again");
            case FAILED, CLOSED -> Optional.of("the log cannot be continued: " + failure);
        };
    }

    /** What keeps the console from answering, or people from coming in. The log does not wait for it. */
    private String console() {
        return console == null
                ? ""
                : console.finding()
                                .map(why -> "; the console answers nothing: " + why)
                                .orElse("")
                        + console.outage()
                                .map(why -> "; nobody can come in by audit.console.oidc: " + why)
                                .orElse("");
    }

    /** Why there are no time stamps. The log does not wait for them. */
    private static String unstamped(AppenderStatus status) {
        return status.unstamped()
                .map(why -> "; audit.timestamp.authority stamps no checkpoint that audit.timestamp.trust vouches for: "
                        + why)
                .orElse("");
    }

    /** Who does not cosign, and why. The log does not wait for them. */
    private static String witnesses(AppenderStatus status) {
        return status.witnesses().stream()
                .flatMap(one ->
                        one
                                .problem()
                                .map(problem -> "; witness " + one.name() + " does not cosign: " + problem)
                                .stream())
                .collect(Collectors.joining());
    }

    @Override
    public Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    public void close() {
        try {
            management.close();
        } finally {
            closeRest();
        }
    }

    private void closeRest() {
        try {
            if (console != null) {
                console.close(); // before the log's builder: what was read last still goes into the log
            }
        } finally {
            try {
                appender.close();
            } finally {
                server.close();
            }
        }
    }
}
