package io.sluice.protection.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;

/**
 * AES-256 block by block under one key, with the first subkey of its CMAC (NIST SP 800-38B section 6.1): what XAES derives
 * keys and commitments with. Confined to one thread.
 */
final class AesBlocks {
    static final int BLOCK_BYTES = 16;

    /** One block at a time, never a message: ECB is the plain block cipher that the KDF asks for. */
    private static final String TRANSFORMATION = "AES/ECB/NoPadding";

    private static final Provider PROVIDER = Ciphers.provider(TRANSFORMATION);

    private final Cipher cipher;
    private final byte[] k1;

    AesBlocks(SecretBytes key) {
        if (key.length() != AesGcm.KEY_BYTES) {
            throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + key.length());
        }
        cipher = Ciphers.get(TRANSFORMATION, PROVIDER);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key.toKey("AES"));
            k1 = doubled(cipher.doFinal(new byte[BLOCK_BYTES]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256 could not be set up", e);
        }
    }

    /** XORs K1 into the block: the last step before the encryption of a whole last block. */
    void addK1(byte[] blocks, int at) {
        for (int i = 0; i < BLOCK_BYTES; i++) {
            blocks[at + i] ^= k1[i];
        }
    }

    /** Encrypts each whole block of {@code in} by itself. */
    void encrypt(byte[] in, byte[] out) {
        try {
            cipher.doFinal(in, 0, in.length, out, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256 could not encrypt a block", e);
        }
    }

    /** Twice the block in GF(2^128). */
    private static byte[] doubled(byte[] block) {
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
