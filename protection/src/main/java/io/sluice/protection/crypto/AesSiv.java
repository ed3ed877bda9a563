package io.sluice.protection.crypto;

import com.google.crypto.tink.daead.subtle.DeterministicAeads;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * AES-SIV-CMAC-512 (RFC 5297) under one key: deterministic authenticated encryption, no nonce.
 *
 * <p>Guarantees integrity, and that a ciphertext says nothing of its plaintext but its length and whether it equals
 * another plaintext under the same associated data. Who sees many of few values may tell them by their frequency.
 *
 * <p>Safe for use by several threads.
 */
public final class AesSiv {
    /** Length of a key: 32 bytes for the CMAC, 32 for the encryption (section 2.5). */
    public static final int KEY_BYTES = 64;
    /** Length of the synthetic IV, which stands before the ciphertext and is its tag. */
    public static final int TAG_BYTES = 16;

    private final DeterministicAeads siv;

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public AesSiv(SecretBytes key) {
        if (key.length() != KEY_BYTES) {
            throw new IllegalArgumentException("an AES-SIV key has 64 bytes here, not " + key.length());
        }
        byte[] copy = key.copy();
        try {
            siv = new com.google.crypto.tink.subtle.AesSiv(copy);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-SIV could not be set up", e);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /**
     * Synthetic IV and ciphertext of the plaintext.
     *
     * @param associatedData at most 126 parts, in order; each is bound by itself, so their borders are too
     */
    public byte[] seal(byte[] plaintext, byte[]... associatedData) {
        try {
            return siv.encryptDeterministicallyWithAssociatedDatas(plaintext, associatedData);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-SIV could not encrypt", e);
        }
    }

    /** The plaintext, or null where the synthetic IV does not fit ciphertext and associated data. */
    public byte @Nullable [] open(byte[] ciphertext, byte[]... associatedData) {
        if (ciphertext.length < TAG_BYTES) {
            return null;
        }
        try {
            return siv.decryptDeterministicallyWithAssociatedDatas(ciphertext, associatedData);
        } catch (AEADBadTagException e) {
            return null; // an expected outcome: whoever asked turns it into its own refusal
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-SIV could not decrypt", e);
        }
    }
}
