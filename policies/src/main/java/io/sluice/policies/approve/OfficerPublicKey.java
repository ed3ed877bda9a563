package io.sluice.policies.approve;

import io.sluice.core.encoding.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An officer's Ed25519 public key: 32 bytes (RFC 8032), in base64 in files. Immutable and thread-safe.
 *
 * @param base64 the 32 bytes
 */
public record OfficerPublicKey(String base64) {
    private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100"); // RFC 8410
    private static final int BYTES = 32;

    public OfficerPublicKey {
        if (Base64.getDecoder().decode(base64).length != BYTES) {
            throw new IllegalArgumentException("An Ed25519 public key has 32 bytes in base64");
        }
    }

    /** Reads 32 bytes in base64. @throws IllegalArgumentException if they are not that */
    public static OfficerPublicKey ofBase64(String base64) {
        return new OfficerPublicKey(base64);
    }

    /** Takes an Ed25519 public key. @throws IllegalArgumentException if it is another */
    public static OfficerPublicKey of(PublicKey key) {
        byte[] spki = key.getEncoded();
        if (spki.length != SPKI_PREFIX.length + BYTES
                || !Arrays.equals(SPKI_PREFIX, Arrays.copyOf(spki, SPKI_PREFIX.length))) {
            throw new IllegalArgumentException("An officer's key is Ed25519");
        }
        return new OfficerPublicKey(
                Base64.getEncoder().encodeToString(Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length)));
    }

    /** SHA-256 of the 32 bytes, hex: how an entry names the key. */
    public String sha256() {
        return Sha256.hex(Base64.getDecoder().decode(base64));
    }

    /** Whether a signature over a message is this key's; malformed ones are not. */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + BYTES);
            System.arraycopy(Base64.getDecoder().decode(base64), 0, spki, SPKI_PREFIX.length, BYTES);
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a signature of another length, or a key that is no point of the curve
        }
    }
}
