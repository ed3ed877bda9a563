package io.sluice.protection.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * HKDF-SHA-256 (RFC 5869): keys of other uses or lengths from one key. Keys of different {@code info} say nothing of each
 * other nor of the key they come from. Not for passwords.
 *
 * <p>Safe for use by several threads.
 */
public final class HkdfSha256 {
    /** Most bytes that one key and info give (section 2.3: 255 hashes). */
    public static final int MAX_BYTES = 255 * HmacSha256.BYTES;

    private HkdfSha256() {}

    /**
     * Derives a key: extract, then expand.
     *
     * @param salt may be empty
     * @param info what the key is for
     * @param length from 1 to {@link #MAX_BYTES}
     */
    public static SecretBytes derive(SecretBytes key, byte[] salt, byte[] info, int length) {
        if (length < 1 || length > MAX_BYTES) {
            throw new IllegalArgumentException("HKDF-SHA-256 gives 1 to " + MAX_BYTES + " bytes, not " + length);
        }
        byte[] input = key.copy();
        try {
            return SecretBytes.owning(Hkdf.computeHkdf("HMACSHA256", input, salt, info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA-256 could not derive a key", e);
        } finally {
            Arrays.fill(input, (byte) 0);
        }
    }
}
