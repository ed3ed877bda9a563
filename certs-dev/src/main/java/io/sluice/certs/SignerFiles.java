package io.sluice.certs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * The PEM files of one signing key.
 *
 * @param key the private key, PKCS#8, not encrypted, mode 600
 * @param publicKey the public key, SubjectPublicKeyInfo
 */
public record SignerFiles(Path key, Path publicKey) {
    /** Checks that nothing is missing. */
    public SignerFiles {
        requireNonNull(key, "key is null");
        requireNonNull(publicKey, "publicKey is null");
    }
}
