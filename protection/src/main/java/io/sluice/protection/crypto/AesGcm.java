package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM (NIST SP 800-38D) under one key: 96-bit nonce, 128-bit tag.
 *
 * <p>Guarantees confidentiality and integrity of plaintext and associated data as long as a nonce is never used twice
 * under the key; whoever calls it answers for that. It is not key-committing: a ciphertext may be made that opens under
 * two keys.
 *
 * <p>Confined to one thread: the JDK's cipher is reused between calls, which saves its set-up.
 */
public final class AesGcm {
    /** Length of a key. */
    public static final int KEY_BYTES = 32;
    /** Length of a nonce. */
    public static final int NONCE_BYTES = 12;
    /** Length of a tag, which stands behind the ciphertext. */
    public static final int TAG_BYTES = 16;

    static final int TAG_BITS = TAG_BYTES * 8;

    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final Provider PROVIDER = Ciphers.provider(TRANSFORMATION);

    private final Cipher cipher = newCipher();
    private final SecretKeySpec key;

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public AesGcm(SecretBytes key) {
        if (key.length() != KEY_BYTES) {
            throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + key.length());
        }
        this.key = key.toKey("AES");
    }

    /** Ciphertext and tag of the plaintext. */
    public byte[] seal(byte[] nonce, byte[] associatedData, byte[] plaintext) {
        requireNonce(nonce);
        byte[] out = new byte[plaintext.length + TAG_BYTES];
        seal(nonce, 0, associatedData, associatedData.length, plaintext, 0, plaintext.length, out, 0);
        return out;
    }

    /**
     * Writes ciphertext and tag to {@code out} and returns their length. {@code in} and {@code out} may be the same
     * array if {@code inOffset == outOffset}.
     */
    public int seal(
            byte[] nonce,
            int nonceOffset,
            byte[] associatedData,
            int associatedLength,
            byte[] in,
            int inOffset,
            int inLength,
            byte[] out,
            int outOffset) {
        return encrypt(
                cipher,
                key,
                nonce,
                nonceOffset,
                associatedData,
                associatedLength,
                in,
                inOffset,
                inLength,
                out,
                outOffset);
    }

    /** The plaintext, or null where the tag does not fit ciphertext, nonce and associated data. */
    public byte @Nullable [] open(byte[] nonce, byte[] associatedData, byte[] ciphertext) {
        requireNonce(nonce);
        return open(nonce, 0, associatedData, associatedData.length, ciphertext, 0, ciphertext.length);
    }

    /** As {@link #open(byte[], byte[], byte[])}, of parts of arrays. */
    public byte @Nullable [] open(
            byte[] nonce,
            int nonceOffset,
            byte[] associatedData,
            int associatedLength,
            byte[] in,
            int inOffset,
            int inLength) {
        return decrypt(cipher, key, nonce, nonceOffset, associatedData, associatedLength, in, inOffset, inLength);
    }

    private static void requireNonce(byte[] nonce) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce of AES-256-GCM has 12 bytes here, not " + nonce.length);
        }
    }

    static Cipher newCipher() {
        return Ciphers.get(TRANSFORMATION, PROVIDER);
    }

    static int encrypt(
            Cipher cipher,
            SecretKeySpec key,
            byte[] nonce,
            int nonceOffset,
            byte[] associatedData,
            int associatedLength,
            byte[] in,
            int inOffset,
            int inLength,
            byte[] out,
            int outOffset) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, NONCE_BYTES));
            cipher.updateAAD(associatedData, 0, associatedLength);
            return cipher.doFinal(in, inOffset, inLength, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM could not encrypt", e);
        }
    }

    static byte @Nullable [] decrypt(
            Cipher cipher,
            SecretKeySpec key,
            byte[] nonce,
            int nonceOffset,
            byte[] associatedData,
            int associatedLength,
            byte[] in,
            int inOffset,
            int inLength) {
        if (inLength < TAG_BYTES) {
            return null;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce, nonceOffset, NONCE_BYTES));
            cipher.updateAAD(associatedData, 0, associatedLength);
            return cipher.doFinal(in, inOffset, inLength);
        } catch (AEADBadTagException e) {
            return null; // an expected outcome: whoever asked turns it into its own refusal
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM could not decrypt", e);
        }
    }
}
