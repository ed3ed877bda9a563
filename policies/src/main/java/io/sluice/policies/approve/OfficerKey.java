package io.sluice.policies.approve;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Map;

/**
 * An officer's Ed25519 private key, to approve revisions and to issue activations. {@code toString} shows the officer's id
 * only. Immutable and thread-safe.
 */
public final class OfficerKey {
    private static final byte[] PROBE = "sluice-key-probe".getBytes(StandardCharsets.US_ASCII);

    private final String officer;
    private final PrivateKey privateKey;
    private final OfficerPublicKey publicKey;

    private OfficerKey(String officer, PrivateKey privateKey, OfficerPublicKey publicKey) {
        this.officer = officer;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** Makes a new key. */
    public static OfficerKey generate(String officer) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new OfficerKey(officer, pair.getPrivate(), OfficerPublicKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 has Ed25519", e);
        }
    }

    /**
     * Finds whose key it is: the officer whose public key verifies what it signs.
     *
     * @throws IllegalArgumentException where it is none of theirs
     */
    public static OfficerKey among(Approvers approvers, PrivateKey key) {
        byte[] signature = sign(key, PROBE);
        for (Map.Entry<String, OfficerPublicKey> officer : approvers.officers().entrySet()) {
            if (officer.getValue().verifies(PROBE, signature)) {
                return new OfficerKey(officer.getKey(), key, officer.getValue());
            }
        }
        throw new IllegalArgumentException("The key belongs to none of the officers: "
                + String.join(", ", approvers.officers().keySet()));
    }

    /** The officer's id in {@code approvers.yaml}. */
    public String officer() {
        return officer;
    }

    public OfficerPublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(byte[] message) {
        return sign(privateKey, message);
    }

    static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("An officer's key is Ed25519", e);
        }
    }

    @Override
    public String toString() {
        return "OfficerKey[" + officer + "]";
    }
}
