package io.sluice.policies.sign;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** What a signing key is for; each use has one kind of key, so that none stands in for the other. */
public enum KeyUse {
    /** An officer's approvals and activations. Ed25519 (RFC 8032). */
    OFFICER("Ed25519", "an officer's key"),
    /** The build's signature of bundles. RSA of 3,072 bits: RS256 signs the same bytes alike, so that a build is reproducible. */
    BUNDLE("RSA", "the key that signs bundles");

    private static final int RSA_BITS = 3_072;

    private final String algorithm;
    private final String words;

    KeyUse(String algorithm, String words) {
        this.algorithm = algorithm;
        this.words = words;
    }

    /** Makes a new pair. */
    public KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (this == BUNDLE) {
                generator.initialize(RSA_BITS);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 has " + algorithm, e);
        }
    }

    String algorithm() {
        return algorithm;
    }

    /** For messages. */
    String words() {
        return words;
    }
}
