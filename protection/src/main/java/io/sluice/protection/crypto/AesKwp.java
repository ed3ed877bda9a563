package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES key wrap with padding (RFC 5649, NIST SP 800-38F KWP): the wrap that hardware security modules speak
 * ({@code CKM_AES_KEY_WRAP_KWP}). It binds no associated data; where both ends are ours, {@link KeyWrap} does.
 *
 * <p>Safe for use by several threads. Not made for hot paths: each call sets a cipher up.
 */
public final class AesKwp {
    private static final int SEMIBLOCK_BYTES = 8;

    private AesKwp() {}

    /**
     * The wrapped key: 8 to 15 bytes longer.
     *
     * @param wrappingKey an AES key of 16, 24 or 32 bytes
     * @param key at least one byte
     */
    public static byte[] wrap(SecretBytes wrappingKey, SecretBytes key) {
        SecretKeySpec aes = aesKey(wrappingKey);
        if (key.length() == 0) {
            throw new IllegalArgumentException("a key to wrap must not be empty");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
            cipher.init(Cipher.WRAP_MODE, aes);
            return cipher.wrap(key.toKey("AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-KWP could not wrap", e);
        }
    }

    /** The key, or null where this wrapping key did not make the wrap. */
    public static @Nullable SecretBytes unwrap(SecretBytes wrappingKey, byte[] wrapped) {
        SecretKeySpec aes = aesKey(wrappingKey);
        if (wrapped.length < 2 * SEMIBLOCK_BYTES || wrapped.length % SEMIBLOCK_BYTES != 0) {
            return null;
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, aes);
            return SecretBytes.owning(cipher.doFinal(wrapped));
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            return null; // an expected outcome: whoever asked turns it into its own refusal
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-KWP could not unwrap", e);
        }
    }

    private static SecretKeySpec aesKey(SecretBytes key) {
        int length = key.length();
        if (length != 16 && length != 24 && length != 32) {
            throw new IllegalArgumentException("an AES key has 16, 24 or 32 bytes, not " + length);
        }
        return key.toKey("AES");
    }
}
