package io.sluice.protection.crypto;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HKDF-Expand with SHA-256 (RFC 5869 section 2.3): many keys from one, where the one is already uniformly random.
 *
 * <p>Without the input key an output says nothing about it, nor about other outputs. Works on the caller's arrays and
 * keeps no copy of a key but its own pads and what the JDK's digest holds; {@link #wipe} overwrites both.
 *
 * <p>Confined to one thread: the JDK's instance is reused between calls.
 */
public final class HkdfExpand {
    /** Length of an input key, and of one block of output. */
    public static final int KEY_BYTES = 32;
    /** Longest output: 255 blocks. */
    public static final int MAX_BYTES = 255 * KEY_BYTES;

    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;
    private static final byte[] NO_KEY = new byte[KEY_BYTES];

    // HMAC (RFC 2104) over the JDK's SHA-256. A key tree takes a new key for each step, and to set the JDK's Mac up for
    // one costs more than the four blocks that are hashed then.
    private final MessageDigest sha256;
    private final byte[] inner = new byte[BLOCK_BYTES];
    private final byte[] outer = new byte[BLOCK_BYTES + KEY_BYTES];

    public HkdfExpand() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
        Arrays.fill(inner, INNER);
        Arrays.fill(outer, 0, BLOCK_BYTES, OUTER);
    }

    /**
     * Writes the first block for the 32-byte key at {@code offset}, which is the whole output of length 32. {@code key}
     * and {@code out} may be the same array, also at the same place.
     */
    public void block(byte[] key, int offset, byte[] info, byte[] out, int outOffset) {
        init(key, offset);
        sha256.update(inner, 0, BLOCK_BYTES);
        finish(info, 1, out, outOffset);
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
                sha256.update(inner, 0, BLOCK_BYTES);
                if (at > 0) {
                    sha256.update(blocks, at - KEY_BYTES, KEY_BYTES);
                }
                finish(info, at / KEY_BYTES + 1, blocks, at);
            }
            return Arrays.copyOf(blocks, length);
        } finally {
            Arrays.fill(blocks, (byte) 0);
        }
    }

    /** Overwrites what is held of the latest key. The object may be used again. */
    public void wipe() {
        init(NO_KEY, 0);
        Arrays.fill(outer, BLOCK_BYTES, outer.length, (byte) 0);
        sha256.update((byte) 0); // a digest that has given its output clears its block when the next input comes
        sha256.reset();
    }

    private void init(byte[] key, int offset) {
        for (int i = 0; i < KEY_BYTES; i++) {
            byte octet = key[offset + i];
            inner[i] = (byte) (octet ^ INNER);
            outer[i] = (byte) (octet ^ OUTER);
        }
    }

    private void finish(byte[] info, int counter, byte[] out, int outOffset) {
        try {
            sha256.update(info);
            sha256.update((byte) counter);
            sha256.digest(outer, BLOCK_BYTES, KEY_BYTES);
            sha256.update(outer);
            sha256.digest(out, outOffset, KEY_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("HKDF-Expand could not be computed", e);
        }
    }
}
