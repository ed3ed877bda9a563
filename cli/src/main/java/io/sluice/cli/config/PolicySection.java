package io.sluice.cli.config;

import java.nio.file.Path;

/**
 * The rulebook and those who put it in force.
 *
 * @param rulebook folder of the officers' files
 * @param keystore PEM key and certificate by which the policy tools write {@code policy.bundles}
 * @param bundleKey private key of the build, which signs bundles
 * @param bundlePublicKey its public key, which every room trusts
 */
public record PolicySection(Path rulebook, Path keystore, Path bundleKey, Path bundlePublicKey) {
    static PolicySection defaults(Path certs) {
        return new PolicySection(
                homeFolder().resolve("policies").resolve("rulebook"),
                certs.resolve("identities/officer.keystore.pem"),
                certs.resolve("signers/bundle-signer.key.pem"),
                certs.resolve("signers/bundle-signer.pub.pem"));
    }

    /** The repository that the launcher stands in; the working folder where there was no launcher. */
    private static Path homeFolder() {
        return Path.of(System.getProperty("sluice.home", ".")).toAbsolutePath().normalize();
    }
}
