package io.sluice.protection.crypto;

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
 * <p>The subkey of the latest prefix is kept, so fields of one record that share a random prefix ({@link XaesNonces}) pay
 * for the key set-up once and stay plain XAES ciphertexts that any other library opens.
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

    private final AesBlocks aes;
    private final Cipher gcm = AesGcm.newCipher();

    private final byte[] prefix = new byte[PREFIX_BYTES];
    private final byte[] blocks = new byte[2 * AesBlocks.BLOCK_BYTES];
    private final byte[] subkeyBytes = new byte[KEY_BYTES];
    private @Nullable SecretKeySpec subkey;

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public XaesGcm(SecretBytes key) {
        this(new AesBlocks(key));
    }

    XaesGcm(AesBlocks aes) {
        this.aes = aes;
    }

    /** Ciphertext and tag of the plaintext. */
    public byte[] seal(byte[] nonce, byte[] associatedData, byte[] plaintext) {
        requireNonce(nonce);
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

    static void requireNonce(byte[] nonce) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce of XAES-256-GCM has 24 bytes, not " + nonce.length);
        }
    }

    private SecretKeySpec subkeyOf(byte[] nonce, int offset) {
        if (subkey != null && Arrays.equals(prefix, 0, PREFIX_BYTES, nonce, offset, offset + PREFIX_BYTES)) {
            return subkey;
        }
        // M = i (16 bits) | 'X' | 0x00 | prefix, XORed with the CMAC subkey: C2SP steps 3 to 5.
        for (int i = 0; i < 2; i++) {
            int at = i * AesBlocks.BLOCK_BYTES;
            blocks[at] = 0;
            blocks[at + 1] = (byte) (i + 1);
            blocks[at + 2] = 'X';
            blocks[at + 3] = 0;
            System.arraycopy(nonce, offset, blocks, at + 4, PREFIX_BYTES);
            aes.addK1(blocks, at);
        }
        subkey = null; // an exception below must not leave the old subkey beside the new prefix
        aes.encrypt(blocks, subkeyBytes);
        System.arraycopy(nonce, offset, prefix, 0, PREFIX_BYTES);
        SecretKeySpec derived = new SecretKeySpec(subkeyBytes, "AES");
        subkey = derived;
        return derived;
    }
}
