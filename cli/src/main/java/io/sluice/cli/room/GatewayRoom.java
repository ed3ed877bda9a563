package io.sluice.cli.room;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.GatewaySection;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.GatewayException;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealKeys;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.ServerTls;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The gateway as a process. It starts without Kafka and without a policy: then it is not ready, and says why. */
public final class GatewayRoom implements RunningRoom {
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(30);

    private final GatewaySection settings;
    private final Gateway gateway;

    private GatewayRoom(GatewaySection settings, Gateway gateway) {
        this.settings = settings;
        this.gateway = gateway;
    }

    /** Starts it and returns when both ports are open. @throws CommandFailure naming the setting at fault */
    public static GatewayRoom start(SluiceConfig config) {
        return start(config, Clock.systemUTC());
    }

    /** The same by a clock of its own: events are received, and days begin, by it. */
    public static GatewayRoom start(SluiceConfig config, Clock clock) {
        ServerTls.refuseRenegotiation();
        GatewaySection settings = config.gateway();
        GatewayTls.needed(settings)
                .pem("gateway.trust", settings.trust())
                .pem("gateway.crls", settings.crls())
                .pem("gateway.keystore", settings.keystore())
                .pem("kafka.trust", config.kafka().trust())
                .file("policy.trustRoot", config.policy().trustRoot(), "the officers publish it (sluice policy trust)")
                .require();
        Map<String, Object> kafka = config.kafka().client(settings.keystore());
        Needed.usable("gateway.keystore", kafka);
        TrustRoot root = PolicyTrust.read(config);
        SealKeys keys = keys(config);
        GatewayConfig gateway = config(config, kafka);
        try {
            PolicyStore store = PolicyStore.logging(
                    root,
                    RoomEngine.of(config, settings.keystore())
                            .engines(gateway.dataPort().workers()));
            return new GatewayRoom(settings, Gateway.start(gateway, keys, store, clock));
        } catch (GatewayException | SealException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static SealKeys keys(SluiceConfig config) {
        KeysSection.Store store = config.keys().ingress();
        try {
            return SealKeys.open(store.folder(), store.settings(), config.tenant());
        } catch (SealException e) {
            throw new CommandFailure(
                    "keys.ingress cannot be used; sluice keys init ingress makes them where there are none", e);
        }
    }

    private static GatewayConfig config(SluiceConfig config, Map<String, Object> kafka) {
        GatewaySection settings = config.gateway();
        return GatewaySettings.of(
                settings,
                config.layout(),
                DataPortConfig.of(settings.host(), settings.port(), GatewayTls.of(settings)),
                new ManagementConfig(settings.managementHost(), settings.managementPort()),
                kafka,
                config.policy().status());
    }

    @Override
    public List<String> addresses() {
        return List.of(
                "events      https://" + settings.host() + ":" + gateway.dataPort(),
                "management  http://" + settings.managementHost() + ":" + gateway.managementPort() + "/readyz");
    }

    @Override
    public String state() {
        String problems = gateway.readiness().problems();
        return problems.isEmpty() ? READY : "not ready: " + problems;
    }

    @Override
    public Duration stopLimit() {
        return settings.drainTimeout().plus(settings.publishTimeout()).plus(AFTER_DRAIN);
    }

    @Override
    public void close() {
        gateway.close();
    }
}
