package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.RevealSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keytree.RegistryLimits;
import io.sluice.protection.keytree.SubjectKeys;
import io.sluice.protection.keytree.TreeFolder;
import io.sluice.protection.transform.FieldKeys;
import io.sluice.reveal.Reveal;
import io.sluice.reveal.RevealException;
import io.sluice.reveal.value.Revealer;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.TlsConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The reveal service as a process. It starts without Kafka and without a policy: then it is not ready, and says why. */
public final class RevealRoom implements RunningRoom {
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(30);
    private static final int ENGINES = 4;

    private final RevealSection settings;
    private final Reveal reveal;

    private RevealRoom(RevealSection settings, Reveal reveal) {
        this.settings = settings;
        this.reveal = reveal;
    }

    /** Starts it and returns when both ports are open. @throws CommandFailure naming the setting at fault */
    public static RevealRoom start(SluiceConfig config) {
        RevealSection settings = config.reveal();
        new Needed()
                .pem("reveal.chain", settings.chain())
                .pem("reveal.key", settings.key())
                .pem("reveal.trust", settings.trust())
                .pem("reveal.crls", settings.crls())
                .pem("reveal.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust())
                .file(
                        "keys.tree.custodian",
                        config.keys().tree().custodian(),
                        "the custodian publishes it (sluice keys init custodian)")
                .file("policy.trustRoot", config.policy().trustRoot(), "the officers publish it (sluice policy trust)")
                .require();
        Map<String, Object> kafka = config.kafka().client(settings.keystore());
        Needed.usable("reveal.keystore", kafka);
        TrustRoot root = PolicyTrust.read(config);
        Keystore keystore = keystore(config);
        SubjectKeys subjects = subjects(config, keystore);
        TlsConfig tls = new TlsConfig(
                settings.chain(), settings.key(), settings.trust(), List.of(settings.crls()), TlsConfig.DEFAULT_RELOAD);
        try {
            PolicyStore store = PolicyStore.logging(
                    root, RoomEngine.of(config, settings.keystore()).engines(ENGINES));
            return new RevealRoom(
                    settings,
                    Reveal.start(
                            RevealSettings.of(
                                    settings,
                                    config.layout(),
                                    settings.host(),
                                    settings.port(),
                                    tls,
                                    new ManagementConfig(settings.managementHost(), settings.managementPort()),
                                    kafka,
                                    config.policy().status()),
                            new Revealer(keystore.ring(), FieldKeys.of(keystore.ring(), subjects), config.tenant()),
                            subjects,
                            store,
                            Clock.systemUTC()));
        } catch (RevealException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static Keystore keystore(SluiceConfig config) {
        KeysSection.Store store = config.keys().fields();
        try {
            return Keystore.open(store.folder(), store.settings(), config.tenant());
        } catch (KeyAccessException e) {
            throw new CommandFailure(
                    "keys.fields cannot be used; it is the protect job's, made by sluice keys init fields", e);
        }
    }

    private static SubjectKeys subjects(SluiceConfig config, Keystore keystore) {
        KeysSection.Tree tree = config.keys().tree();
        try {
            return new SubjectKeys(
                    config.tenant(),
                    CustodianPublicKey.read(tree.custodian()),
                    keystore,
                    new TreeFolder(tree.folder()),
                    RegistryLimits.DEFAULT.withLease(tree.lease(), tree.clockSkew()),
                    Clock.systemUTC(),
                    System::nanoTime);
        } catch (KeyAccessException e) {
            throw new CommandFailure("keys.tree.custodian cannot be used", e);
        }
    }

    @Override
    public List<String> addresses() {
        return List.of(
                "values      https://" + settings.host() + ":" + reveal.port(),
                "management  http://" + settings.managementHost() + ":" + reveal.managementPort() + "/readyz");
    }

    @Override
    public String state() {
        String problems = reveal.readiness().problems();
        return problems.isEmpty() ? READY : "not ready: " + problems;
    }

    @Override
    public Duration stopLimit() {
        return settings.drainTimeout().plus(settings.entryTimeout()).plus(AFTER_DRAIN);
    }

    @Override
    public void close() {
        reveal.close();
    }
}
