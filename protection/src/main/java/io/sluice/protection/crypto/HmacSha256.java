package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;

/**
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) under one key.
 *
 * <p>A pseudorandom function: without the key, outputs say nothing about inputs. With the key, inputs of low entropy can
 * be found by trying them all.
 *
 * <p>Confined to one thread: the JDK's instance is reused between calls.
 */
public final class HmacSha256 {
    /** Length of a whole output. */
    public static final int BYTES = 32;

    /** Without a key. Asking the JDK's providers for one costs more than a short message. */
    private static final Mac KEYLESS = keyless();

    private final Mac mac;

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public HmacSha256(SecretBytes key) {
        if (key.length() == 0) {
            throw new IllegalArgumentException("a key must not be empty");
        }
        try {
            mac = (Mac) KEYLESS.clone();
            mac.init(key.toKey("HmacSHA256"));
        } catch (GeneralSecurityException | CloneNotSupportedException e) {
            throw new IllegalStateException("HMAC-SHA-256 could not be set up", e);
        }
    }

    private static Mac keyless() {
        try {
            // A MAC picks its provider when first used, which threads that share one would not safely see: picked here.
            return Mac.getInstance("HmacSHA256", Mac.getInstance("HmacSHA256").getProvider());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is missing", e);
        }
    }

    /** The MAC of one message. */
    public byte[] of(byte[] message) {
        return mac.doFinal(message);
    }

    /** Adds a part of the message; {@link #finish} ends it. */
    public void update(byte[] part, int offset, int length) {
        mac.update(part, offset, length);
    }

    /** Writes the 32 bytes of the MAC of all parts since the last call, and starts anew. */
    public void finish(byte[] out, int offset) {
        try {
            mac.doFinal(out, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 could not be finished", e);
        }
    }
}
