package io.sluice.protection.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * XAES-256-GCM with key commitment: as {@link XaesGcm}, and nobody can make a ciphertext that opens under two keys, not
 * even who knows both. For places where several parties' keys may be tried.
 *
 * <p>Form: ciphertext, tag (16 bytes), commitment (32 bytes). The commitment is CMAC-AES-256 under the key of
 * {@code "XCMT" | nonce(24) | 0x0001 | i}, i = 0x0001 and 0x0002: as AWS-LC writes it.
 *
 * <p>Confined to one thread.
 */
public final class XaesGcmKc {
    /** Length of a commitment. */
    public static final int COMMITMENT_BYTES = 32;
    /** By how much a ciphertext is longer than its plaintext. */
    public static final int OVERHEAD_BYTES = XaesGcm.TAG_BYTES + COMMITMENT_BYTES;

    private final AesBlocks aes;
    private final XaesGcm xaes;

    /** The CMAC's first block, which depends on the nonce's prefix alone, and its encryption, kept as the subkey is. */
    private final byte[] first = new byte[AesBlocks.BLOCK_BYTES];

    private final byte[] chained = new byte[AesBlocks.BLOCK_BYTES];
    private boolean chainedIsSet;
    private final byte[] last = new byte[2 * AesBlocks.BLOCK_BYTES];
    private final byte[] commitment = new byte[COMMITMENT_BYTES];

    /** Sets the key up. The caller keeps its {@code key} and may destroy it. */
    public XaesGcmKc(SecretBytes key) {
        this.aes = new AesBlocks(key);
        this.xaes = new XaesGcm(aes);
        first[0] = 'X';
        first[1] = 'C';
        first[2] = 'M';
        first[3] = 'T';
    }

    /** Ciphertext, tag and commitment of the plaintext. */
    public byte[] seal(byte[] nonce, byte[] associatedData, byte[] plaintext) {
        XaesGcm.requireNonce(nonce);
        byte[] out = new byte[plaintext.length + OVERHEAD_BYTES];
        seal(nonce, 0, associatedData, associatedData.length, plaintext, 0, plaintext.length, out, 0);
        return out;
    }

    /** Writes ciphertext, tag and commitment to {@code out} and returns their length. */
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
        int sealed =
                xaes.seal(nonce, nonceOffset, associatedData, associatedLength, in, inOffset, inLength, out, outOffset);
        commit(nonce, nonceOffset);
        System.arraycopy(commitment, 0, out, outOffset + sealed, COMMITMENT_BYTES);
        return sealed + COMMITMENT_BYTES;
    }

    /** The plaintext, or null where the commitment is not of this key and nonce or the tag does not fit. */
    public byte @Nullable [] open(byte[] nonce, byte[] associatedData, byte[] ciphertext) {
        XaesGcm.requireNonce(nonce);
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
        if (inLength < OVERHEAD_BYTES) {
            return null;
        }
        int tagged = inLength - COMMITMENT_BYTES;
        commit(nonce, nonceOffset);
        byte[] claimed = Arrays.copyOfRange(in, inOffset + tagged, inOffset + inLength);
        return MessageDigest.isEqual(commitment, claimed)
                ? xaes.open(nonce, nonceOffset, associatedData, associatedLength, in, inOffset, tagged)
                : null;
    }

    /** Computes the commitment of a nonce. */
    private void commit(byte[] nonce, int offset) {
        int prefixAt = AesBlocks.BLOCK_BYTES - XaesGcm.PREFIX_BYTES;
        int suffix = offset + XaesGcm.PREFIX_BYTES;
        if (!chainedIsSet || !Arrays.equals(first, prefixAt, first.length, nonce, offset, suffix)) {
            System.arraycopy(nonce, offset, first, prefixAt, XaesGcm.PREFIX_BYTES);
            chainedIsSet = false; // an exception below must not leave the old block beside the new prefix
            aes.encrypt(first, chained);
            chainedIsSet = true;
        }
        for (int i = 0; i < 2; i++) {
            int at = i * AesBlocks.BLOCK_BYTES;
            System.arraycopy(nonce, suffix, last, at, AesGcm.NONCE_BYTES);
            last[at + 12] = 0;
            last[at + 13] = 1;
            last[at + 14] = 0;
            last[at + 15] = (byte) (i + 1);
            for (int j = 0; j < AesBlocks.BLOCK_BYTES; j++) {
                last[at + j] ^= chained[j];
            }
            aes.addK1(last, at);
        }
        aes.encrypt(last, commitment);
    }
}
