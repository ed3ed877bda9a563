package io.sluice.certs;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * The PEM files of one certificate holder.
 *
 * @param chain the leaf, then the intermediate
 * @param key the private key, PKCS#8, not encrypted, mode 600
 * @param keystore key and chain in one file, as Kafka's {@code ssl.keystore.type=PEM} reads it, mode 600
 */
public record PemIdentity(Path chain, Path key, Path keystore) {
    /** Checks that nothing is missing. */
    public PemIdentity {
        requireNonNull(chain, "chain is null");
        requireNonNull(key, "key is null");
        requireNonNull(keystore, "keystore is null");
    }
}
