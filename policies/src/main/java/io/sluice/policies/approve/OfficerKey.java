package io.sluice.policies.approve;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * An officer's Ed25519 private key, to approve revisions and to issue activations. {@code toString} shows the officer's id
 * only. Immutable and thread-safe.
 */
public final class OfficerKey {
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
     * Reads a key from its stored form: PKCS#8 in PEM, and the public key in base64.
     *
     * @throws IllegalArgumentException if it is no Ed25519 key, or the public key is not its own
     */
    public static OfficerKey ofPem(String officer, String pem, String publicKey) {
        byte[] der = Base64.getMimeDecoder()
                .decode(pem.replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", ""));
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
            OfficerKey officerKey = new OfficerKey(officer, key, OfficerPublicKey.ofBase64(publicKey));
            byte[] probe = "sluice-key-probe".getBytes(StandardCharsets.US_ASCII);
            if (!officerKey.publicKey.verifies(probe, officerKey.sign(probe))) {
                throw new IllegalArgumentException("The public key does not belong to the private key");
            }
            return officerKey;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not an Ed25519 private key in PKCS#8", e);
        }
    }

    /** The officer's id in {@code approvers.yaml}. */
    public String officer() {
        return officer;
    }

    public OfficerPublicKey publicKey() {
        return publicKey;
    }

    /** PKCS#8 in PEM: secret, for a file that only its owner reads. */
    public String toPem() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(privateKey.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The officer's key does not sign", e);
        }
    }

    @Override
    public String toString() {
        return "OfficerKey[" + officer + "]";
    }
}
