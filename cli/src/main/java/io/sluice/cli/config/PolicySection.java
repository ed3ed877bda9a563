package io.sluice.cli.config;

import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.status.StatusSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The rulebook and those who put it in force.
 *
 * @param rulebook folder of the officers' files
 * @param keystore PEM key and certificate by which the policy tools write {@code policy.bundles}
 * @param bundleKey private key of the build, which signs bundles
 * @param trustRoot what every room pins: the bundle key and the officers of the first revision; {@code policy trust}
 *     makes it
 * @param engine what evaluates the policy: {@code wasm} in process, or {@code opa-rest}
 * @param opaRest the OPA servers of {@code opa-rest}
 * @param instance what {@code policy status} calls this process; each of several gateways has its own
 * @param statusEvery how often a room tells {@code policy status} what it has in force; a change is told at once
 */
public record PolicySection(
        Path rulebook,
        Path keystore,
        Path bundleKey,
        Path trustRoot,
        String engine,
        OpaRestSection opaRest,
        String instance,
        Duration statusEvery) {
    /** Checks the engine's settings, and how rooms tell of themselves. */
    public PolicySection {
        new StatusSettings(instance, statusEvery);
        if (engine.equals("opa-rest")) {
            opaRest.config(keystore); // refuses here what it would refuse later
        } else if (!engine.equals("wasm")) {
            throw new IllegalArgumentException("engine must be wasm or opa-rest");
        }
    }

    /**
     * The engine of a room.
     *
     * @param identity PEM key and certificate of the room, shown to an OPA server that asks for one
     */
    public EngineConfig engine(Path identity) {
        return engine.equals("opa-rest") ? opaRest.config(identity) : EngineConfig.WASM;
    }

    /** How a room tells of itself. */
    public StatusSettings status() {
        return new StatusSettings(instance, statusEvery);
    }

    static PolicySection defaults(Path folder, Path certs) {
        return new PolicySection(
                homeFolder().resolve("policies").resolve("rulebook"),
                certs.resolve("identities/officer.keystore.pem"),
                certs.resolve("signers/bundle-signer.key.pem"),
                folder.resolve("trust-root.json"),
                "wasm",
                OpaRestSection.defaults(certs),
                StatusSettings.DEFAULT.instance(),
                StatusSettings.DEFAULT.every());
    }

    /** The repository that the launcher stands in; the working folder where there was no launcher. */
    private static Path homeFolder() {
        return Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    }
}
