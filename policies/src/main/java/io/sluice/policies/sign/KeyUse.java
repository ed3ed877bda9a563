package io.sluice.policies.sign;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

/** What a signing key is for; each use has one kind of key, so that none stands in for the other. */
public enum KeyUse {
    /** An officer's approvals and activations. Ed25519 (RFC 8032). */
    OFFICER(List.of("Ed25519"), "an officer's key"),
    /** The build's signature of bundles. P-256; an RSA key is read as well. */
    BUNDLE(List.of("EC", "RSA"), "the key that signs bundles");

    private final List<String> algorithms;
    private final String words;

    KeyUse(List<String> algorithms, String words) {
        this.algorithms = algorithms;
        this.words = words;
    }

    /** Makes a new pair. */
    public KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithms.get(0));
            if (this == BUNDLE) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 has " + algorithms.get(0), e);
        }
    }

    /** The kinds of keys that serve it; the first is the one that is made. */
    List<String> algorithms() {
        return algorithms;
    }

    /** For messages. */
    String words() {
        return words;
    }
}
