package io.sluice.protection.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * FF1 over AES (NIST SP 800-38G), under the limits of its Revision 1, second public draft: a permutation of the numerals of
 * one length in one radix, of a million or more. Bouncy Castle computes it.
 *
 * <p>It keeps a value secret and nothing else: whatever is decrypted is some value.
 *
 * <p>Confined to one thread.
 */
public final class Ff1 {
    /** Fewest values of a length: SP 800-38G Rev. 1, second public draft, section 5. */
    public static final BigInteger MIN_VALUES = BigInteger.valueOf(1_000_000);
    /** Largest radix. */
    public static final int MAX_RADIX = 256;
    /** Most numerals of a value, and most bytes of a tweak: more serves nobody and costs time. */
    public static final int MAX_LENGTH = 4_096;

    private final int radix;
    private final FPEFF1Engine encrypting;
    private final FPEFF1Engine decrypting;

    /**
     * Sets a key and a tweak up. The caller keeps its {@code key} and may destroy it.
     *
     * @param key of 16, 24 or 32 bytes
     * @param radix 2 to 256
     * @param tweak public; other tweaks give other permutations
     */
    public Ff1(SecretBytes key, int radix, byte[] tweak) {
        int bytes = key.length();
        require(bytes == 16 || bytes == 24 || bytes == 32, "an AES key has 16, 24 or 32 bytes");
        require(radix >= 2 && radix <= MAX_RADIX, "a radix is 2 to " + MAX_RADIX);
        require(tweak.length <= MAX_LENGTH, "a tweak has at most " + MAX_LENGTH + " bytes");
        this.radix = radix;
        byte[] copy = key.copy();
        try {
            FPEParameters parameters = new FPEParameters(new KeyParameter(copy), radix, tweak.clone());
            this.encrypting = new FPEFF1Engine();
            encrypting.init(true, parameters);
            this.decrypting = new FPEFF1Engine();
            decrypting.init(false, parameters);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /**
     * Encrypts.
     *
     * @param numerals the value's numerals, each one byte of 0 to radix - 1, the first the most significant
     * @return as many numerals
     * @throws IllegalArgumentException where one is not of the radix, or so few of them have fewer than a million values
     */
    public byte[] encrypt(byte[] numerals) {
        return process(encrypting, numerals);
    }

    /** The inverse, with the same limits. */
    public byte[] decrypt(byte[] numerals) {
        return process(decrypting, numerals);
    }

    private byte[] process(FPEFF1Engine engine, byte[] numerals) {
        require(numerals.length <= MAX_LENGTH, "a value has at most " + MAX_LENGTH + " numerals");
        require(isLongEnough(numerals.length), "values of that length are fewer than " + MIN_VALUES);
        for (byte numeral : numerals) {
            require((numeral & 0xff) < radix, "a numeral is not of the radix");
        }
        byte[] result = new byte[numerals.length];
        engine.processBlock(numerals, 0, numerals.length, result, 0);
        return result;
    }

    private boolean isLongEnough(int length) {
        // Twenty bits are more than a million, whatever the radix.
        return length >= 20 || BigInteger.valueOf(radix).pow(length).compareTo(MIN_VALUES) >= 0;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
