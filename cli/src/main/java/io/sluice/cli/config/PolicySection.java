package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The rulebook and those who put it in force.
 *
 * @param rulebook folder of the officers' files
 * @param keystore PEM key and certificate by which the policy tools write {@code policy.bundles}
 * @param bundleKey private key of the build, which signs bundles
 * @param trustRoot what every room pins: the bundle key and the officers of the first revision; {@code policy trust}
 *     makes it
 */
public record PolicySection(Path rulebook, Path keystore, Path bundleKey, Path trustRoot) {
    static PolicySection defaults(Path folder, Path certs) {
        return new PolicySection(
                homeFolder().resolve("policies").resolve("rulebook"),
                certs.resolve("identities/officer.keystore.pem"),
                certs.resolve("signers/bundle-signer.key.pem"),
                folder.resolve("trust-root.json"));
    }

    /** The repository that the launcher stands in; the working folder where there was no launcher. */
    private static Path homeFolder() {
        return Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    }
}
