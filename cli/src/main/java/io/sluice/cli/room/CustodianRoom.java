package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.custodian.ControlTopic;
import io.sluice.custodian.Custodian;
import io.sluice.custodian.CustodianConfig;
import io.sluice.custodian.CustodianStatus;
import io.sluice.custodian.erase.Eraser;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The custodian of the subjects' keys as a process. Without Kafka it tries again. */
public final class CustodianRoom implements RunningRoom {
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final ControlTopic topic;
    private final Custodian custodian;
    private final Eraser eraser;

    private CustodianRoom(ControlTopic topic, Custodian custodian, Eraser eraser) {
        this.topic = topic;
        this.custodian = custodian;
        this.eraser = eraser;
    }

    /** Starts it. @throws CommandFailure naming the setting at fault */
    public static CustodianRoom start(SluiceConfig config) {
        KeysSection.Custodian settings = config.keys().custodian();
        KeysSection.Tree tree = config.keys().tree();
        new Needed()
                .pem("keys.custodian.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust())
                .file("keys.custodian.signingKey", settings.signingKey(), "make it with: sluice keys init custodian")
                .file("keys.tree.custodian", tree.custodian(), "make it with: sluice keys init custodian")
                .require();
        Map<String, Object> kafka = config.kafka().client(settings.keystore());
        Needed.usable("keys.custodian.keystore", kafka);
        SealKeys seal = seal(config);
        ControlTopic topic = new ControlTopic(kafka, config.layout().topics().keys(), KAFKA_LIMIT);
        try {
            CustodianKey key = CustodianKey.read(settings.signingKey(), tree.custodian());
            Custodian custodian = Custodian.start(
                    new CustodianConfig(
                            config.tenant(),
                            config.layout().topics().keys(),
                            tree.folder(),
                            settings.epoch(),
                            tree.lease(),
                            tree.clockSkew(),
                            settings.heartbeat()),
                    fields(config),
                    key,
                    topic,
                    Clock.systemUTC());
            Duration retention =
                    config.cluster().ingressRetention().plus(config.cluster().quarantineRetention());
            Eraser eraser = Eraser.start(
                    new Eraser.Config(kafka, config.layout().topics(), retention, KAFKA_LIMIT),
                    custodian,
                    key,
                    seal,
                    topic,
                    Clock.systemUTC());
            return new CustodianRoom(topic, custodian, eraser);
        } catch (KeyAccessException e) {
            topic.close();
            throw new CommandFailure("keys.custodian.signingKey and keys.tree.custodian cannot be used", e);
        } catch (RuntimeException e) {
            topic.close();
            throw e;
        }
    }

    /** It destroys the keys of the days that are over. */
    private static SealKeys seal(SluiceConfig config) {
        KeysSection.Store store = config.keys().ingress();
        try {
            return SealKeys.open(store.folder(), store.settings(), config.tenant());
        } catch (SealException e) {
            throw new CommandFailure(
                    "keys.ingress cannot be used; sluice keys init ingress makes them where there are none", e);
        }
    }

    private static Keystore fields(SluiceConfig config) {
        KeysSection.Store store = config.keys().fields();
        try {
            return Keystore.open(store.folder(), store.settings(), config.tenant());
        } catch (KeyAccessException e) {
            throw new CommandFailure(
                    "keys.fields cannot be used; sluice keys init fields makes them where there are none", e);
        }
    }

    @Override
    public List<String> addresses() {
        return List.of();
    }

    @Override
    public String state() {
        CustodianStatus status = custodian.status();
        return switch (status.state()) {
            case RUNNING ->
                eraser.failure()
                        .map(why -> "not ready: erasures wait: " + why + "; trying again")
                        .orElse(READY);
            case STARTING -> "not ready: opening the key trees and connecting to Kafka";
            case RETRYING -> "not ready: " + status.failure().orElse("no reason given") + "; trying again";
            case CLOSED -> throw new CommandFailure("the custodian ended");
        };
    }

    @Override
    public Duration stopLimit() {
        return STOP_LIMIT;
    }

    @Override
    public void close() {
        try {
            eraser.close();
            custodian.close();
        } finally {
            topic.close();
        }
    }
}
