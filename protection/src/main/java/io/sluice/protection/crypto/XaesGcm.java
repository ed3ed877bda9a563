package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * XAES-256-GCM (C2SP) under one key: 192-bit nonce, 128-bit tag.
 *
 * <p>The first 12 bytes of the nonce derive a subkey (NIST SP 800-108r1 with CMAC-AES-256), the last 12 are the nonce of
 * AES-256-GCM under it. Nonces may be drawn at random: 2<sup>80</sup> messages keep the risk of a collision at
 * 2<sup>-32</sup>. Not key-committing.
 *
 * <p>The subkey of the latest prefix is kept, so fields of one record that share a random prefix, each with a random
 * suffix of its own, pay for the key set-up once and stay plain XAES ciphertexts that any other library opens.
 *
 * <p>Confined to one thread.
 */
public final class XaesGcm {
    /** Length of a key. */
    public static final int KEY_BYTES = 32;
    /** Length of a whole nonce. */
    public static final int NONCE_BYTES = 24;
    /** Length of the part of the nonce that derives the subkey. */
    public static final int PREFIX_BYTES = 12;
    /** Length of a tag, which stands behind the ciphertext. */
    public static final int TAG_BYTES = AesGcm.TAG_BYTES;

    private static final int BLOCK_BYTES = 16;

    private final Cipher blockCipher;
    private final byte[] cmacSubkey;
    private final Cipher gcm = AesGcm.newCipher();

    private final byte[] prefix = new byte[PREFIX_BYTES];
    private final byte[] blocks = new byte[2 * BLOCK_BYTES];
    private final byte[] subkeyBytes = new byte[KEY_BYTES];
    private @Nullable SecretKeySpec subkey;

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public XaesGcm(SecretBytes key) {
        if (key.length() != KEY_BYTES) {
            throw new IllegalArgumentException("an XAES-256-GCM key has 32 bytes, not " + key.length());
        }
        try {
            // One block at a time, never a message: ECB is the plain block cipher that the KDF asks for.
            blockCipher = Cipher.getInstance("AES/ECB/NoPadding");
            blockCipher.init(Cipher.ENCRYPT_MODE, key.toKey("AES"));
            cmacSubkey = cmacSubkey(blockCipher.doFinal(new byte[BLOCK_BYTES]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256 could not be set up", e);
        }
    }

    /** Ciphertext and tag of the plaintext. */
    public byte[] seal(byte[] nonce, byte[] associatedData, byte[] plaintext) {
        byte[] out = new byte[plaintext.length + TAG_BYTES];
        seal(nonce, 0, associatedData, associatedData.length, plaintext, 0, plaintext.length, out, 0);
        return out;
    }

    /** Writes ciphertext and tag to {@code out} and returns their length. */
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
        return AesGcm.encrypt(
                gcm,
                subkeyOf(nonce, nonceOffset),
                nonce,
                nonceOffset + PREFIX_BYTES,
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
        return AesGcm.decrypt(
                gcm,
                subkeyOf(nonce, nonceOffset),
                nonce,
                nonceOffset + PREFIX_BYTES,
                associatedData,
                associatedLength,
                in,
                inOffset,
                inLength);
    }

    private SecretKeySpec subkeyOf(byte[] nonce, int offset) {
        if (subkey != null && Arrays.equals(prefix, 0, PREFIX_BYTES, nonce, offset, offset + PREFIX_BYTES)) {
            return subkey;
        }
        // M = i (16 bits) | 'X' | 0x00 | prefix, XORed with the CMAC subkey: C2SP steps 3 to 5.
        for (int i = 0; i < 2; i++) {
            int at = i * BLOCK_BYTES;
            blocks[at] = 0;
            blocks[at + 1] = (byte) (i + 1);
            blocks[at + 2] = 'X';
            blocks[at + 3] = 0;
            System.arraycopy(nonce, offset, blocks, at + 4, PREFIX_BYTES);
            for (int j = 0; j < BLOCK_BYTES; j++) {
                blocks[at + j] ^= cmacSubkey[j];
            }
        }
        subkey = null; // an exception below must not leave the old subkey beside the new prefix
        try {
            blockCipher.doFinal(blocks, 0, blocks.length, subkeyBytes, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256 could not derive a subkey", e);
        }
        System.arraycopy(nonce, offset, prefix, 0, PREFIX_BYTES);
        SecretKeySpec derived = new SecretKeySpec(subkeyBytes, "AES");
        subkey = derived;
        return derived;
    }

    /** K1 of NIST SP 800-38B section 6.1: the encrypted zero block, doubled in GF(2^128). */
    private static byte[] cmacSubkey(byte[] block) {
        byte[] doubled = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            int next = i + 1 < BLOCK_BYTES ? (block[i + 1] & 0xff) >>> 7 : 0;
            doubled[i] = (byte) (block[i] << 1 | next);
        }
        if ((block[0] & 0x80) != 0) {
            doubled[BLOCK_BYTES - 1] ^= (byte) 0x87;
        }
        return doubled;
    }
}
