package io.sluice.protection.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key encrypted under another key, with associated data.
 *
 * <p>Form: {@code 0x01 | nonce(12) | AES-256-GCM(key) | tag(16)}. The nonce is random, so that one wrapping key is good
 * for 2<sup>32</sup> wraps (NIST SP 800-38D section 8.3); here it wraps a handful of keys a day.
 *
 * <p>Safe for use by several threads. Not made for hot paths: each call sets a cipher up.
 */
public final class KeyWrap {
    private static final byte VERSION = 1;
    private static final int OVERHEAD_BYTES = 1 + AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES;

    private KeyWrap() {}

    /** The wrapped key: 29 bytes longer than the key. */
    public static byte[] wrap(SecretBytes wrappingKey, SecretBytes key, byte[] associatedData, SecureRandom random) {
        byte[] plain = key.copy();
        try {
            byte[] nonce = new byte[AesGcm.NONCE_BYTES];
            random.nextBytes(nonce);
            byte[] out = new byte[plain.length + OVERHEAD_BYTES];
            out[0] = VERSION;
            System.arraycopy(nonce, 0, out, 1, nonce.length);
            new AesGcm(wrappingKey)
                    .seal(
                            nonce,
                            0,
                            associatedData,
                            associatedData.length,
                            plain,
                            0,
                            plain.length,
                            out,
                            1 + nonce.length);
            return out;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** The key, or null where the wrap was not made by this wrapping key over this associated data. */
    public static @Nullable SecretBytes unwrap(SecretBytes wrappingKey, byte[] wrapped, byte[] associatedData) {
        if (wrapped.length <= OVERHEAD_BYTES || wrapped[0] != VERSION) {
            return null;
        }
        int start = 1 + AesGcm.NONCE_BYTES;
        byte[] plain = new AesGcm(wrappingKey)
                .open(wrapped, 1, associatedData, associatedData.length, wrapped, start, wrapped.length - start);
        return plain == null ? null : SecretBytes.owning(plain);
    }
}
