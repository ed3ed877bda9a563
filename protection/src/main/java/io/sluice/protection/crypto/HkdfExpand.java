package io.sluice.protection.crypto;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * HKDF-Expand with SHA-256 (RFC 5869 section 2.3): many keys from one, where the one is already uniformly random.
 *
 * <p>Without the input key an output says nothing about it, nor about other outputs. Works on the caller's arrays and
 * keeps no copy of a key but inside the JDK's {@code Mac}; {@link #wipe} overwrites that one too.
 *
 * <p>Confined to one thread: the JDK's instance is reused between calls.
 */
public final class HkdfExpand {
    /** Length of an input key, and of one block of output. */
    public static final int KEY_BYTES = 32;
    /** Longest output: 255 blocks. */
    public static final int MAX_BYTES = 255 * KEY_BYTES;

    private static final byte[] NO_KEY = new byte[KEY_BYTES];

    private final Mac mac;
    private final KeyView view = new KeyView();

    public HkdfExpand() {
        try {
            mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no HmacSHA256", e);
        }
    }

    /**
     * Writes the first block for the 32-byte key at {@code offset}, which is the whole output of length 32. {@code key}
     * and {@code out} may be the same array, also at the same place.
     */
    public void block(byte[] key, int offset, byte[] info, byte[] out, int outOffset) {
        try {
            init(key, offset);
            mac.update(info);
            mac.update((byte) 1);
            mac.doFinal(out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-Expand could not be computed", e);
        }
    }

    /**
     * The output of that length.
     *
     * @throws IllegalArgumentException where {@code length} is not 1 to {@link #MAX_BYTES}
     */
    public byte[] expand(byte[] key, byte[] info, int length) {
        if (length < 1 || length > MAX_BYTES) {
            throw new IllegalArgumentException("HKDF-Expand gives 1 to " + MAX_BYTES + " bytes, not " + length);
        }
        byte[] blocks = new byte[(length + KEY_BYTES - 1) / KEY_BYTES * KEY_BYTES];
        try {
            init(key, 0);
            for (int at = 0; at < blocks.length; at += KEY_BYTES) {
                if (at > 0) {
                    mac.update(blocks, at - KEY_BYTES, KEY_BYTES);
                }
                mac.update(info);
                mac.update((byte) (at / KEY_BYTES + 1));
                mac.doFinal(blocks, at);
            }
            return Arrays.copyOf(blocks, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-Expand could not be computed", e);
        } finally {
            Arrays.fill(blocks, (byte) 0);
        }
    }

    /** Overwrites what the JDK's instance holds of the latest key. The object may be used again. */
    public void wipe() {
        try {
            init(NO_KEY, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 could not be set up", e);
        }
    }

    private void init(byte[] key, int offset) throws GeneralSecurityException {
        view.bytes = key;
        view.offset = offset;
        try {
            mac.init(view);
        } finally {
            view.bytes = NO_KEY;
            view.offset = 0;
        }
    }

    /** A key that lends its bytes for one set-up: the JDK overwrites the copy it asks for, a SecretKeySpec keeps one. */
    private static final class KeyView implements SecretKey {
        private static final long serialVersionUID = 1L;

        private transient byte[] bytes = NO_KEY;
        private transient int offset;

        @Override
        public String getAlgorithm() {
            return "HmacSHA256";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return Arrays.copyOfRange(bytes, offset, offset + KEY_BYTES);
        }

        private void writeObject(ObjectOutputStream out) throws NotSerializableException {
            throw new NotSerializableException("key material");
        }
    }
}
