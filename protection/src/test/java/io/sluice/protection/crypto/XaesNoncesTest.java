package io.sluice.protection.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XaesNoncesTest {
    private static final int TEN_MILLION = 10_000_000;
    private static final BigInteger PERIOD = BigInteger.TWO.pow(96);

    /**
     * Processes that end after some thousand records and start again with nothing, as a job does that is killed and restored,
     * whatever its checkpoint holds. The generators are seeded, so that the test gives the same nonces each time.
     */
    @Test
    void tenMillionAcrossRestartsAllDiffer() throws GeneralSecurityException {
        assertThat(repeated(2_000, true)).isZero();
    }

    /** The same count sees what goes wrong where a restored process repeats its generator. */
    @Test
    void theCountSeesAProcessThatRepeatsItself() throws GeneralSecurityException {
        assertThat(repeated(100_000, false)).isGreaterThan(TEN_MILLION / 100);
    }

    /** Makes ten million nonces and counts those that were there before. */
    private static int repeated(int recordsPerProcess, boolean freshSeeds) throws GeneralSecurityException {
        long[] seen = new long[TEN_MILLION];
        Random fields = new Random(1);
        int count = 0;
        for (int process = 0; count < seen.length; process++) {
            XaesNonces nonces = new XaesNonces(seeded(freshSeeds ? process : process % 2));
            for (int record = 0; record < recordsPerProcess && count < seen.length; record++) {
                nonces.begin();
                for (int left = 1 + fields.nextInt(40); left > 0 && count < seen.length; left--) {
                    seen[count++] = fingerprint(nonces.next());
                }
            }
        }
        Arrays.parallelSort(seen);
        int repeated = 0;
        for (int i = 1; i < seen.length; i++) {
            repeated += seen[i] == seen[i - 1] ? 1 : 0;
        }
        return repeated;
    }

    /** Equal nonces have equal fingerprints, so that no two equal fingerprints mean no two equal nonces. */
    private static long fingerprint(byte[] nonce) {
        ByteBuffer parts = ByteBuffer.wrap(nonce);
        return mixed(mixed(mixed(parts.getLong()) ^ parts.getLong()) ^ parts.getLong());
    }

    /** The finaliser of SplitMix64, a bijection. */
    private static long mixed(long value) {
        long once = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ once >>> 27) * 0x94d049bb133111ebL;
        return twice ^ twice >>> 31;
    }

    private static SecureRandom seeded(long seed) throws GeneralSecurityException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(seed);
        return random;
    }

    /** The counter is one number of 96 bits: each carry, and the end, from which it begins at zero. */
    @Test
    void successorsCarryThroughAllBytesAndLeaveThePrefix() {
        byte[] prefix = new byte[XaesGcm.PREFIX_BYTES];
        Arrays.fill(prefix, (byte) 0xff);
        for (int bits = 0; bits <= 96; bits++) {
            BigInteger start =
                    BigInteger.TWO.pow(bits).subtract(BigInteger.valueOf(3)).mod(PERIOD);
            XaesNonces nonces = new XaesNonces(new Fixed(nonce(prefix, start)));
            nonces.begin();
            for (int i = 0; i < 300; i++) {
                BigInteger expected = start.add(BigInteger.valueOf(i)).mod(PERIOD);
                assertThat(nonces.next()).isEqualTo(nonce(prefix, expected));
            }
        }
    }

    @Test
    void eachRecordDrawsAWholeNonce() {
        byte[] first = nonce(new byte[XaesGcm.PREFIX_BYTES], BigInteger.ONE);
        byte[] second = nonce(new byte[XaesGcm.PREFIX_BYTES], BigInteger.TEN);
        Fixed random = new Fixed(first, second);
        XaesNonces nonces = new XaesNonces(random);
        nonces.begin();
        assertThat(nonces.next()).isEqualTo(first);
        assertThat(nonces.next()).isNotEqualTo(second);
        nonces.begin();
        assertThat(random.drawn).isEqualTo(1);
        assertThat(nonces.next()).isEqualTo(second);
        assertThat(random.drawn).isEqualTo(2);
    }

    private static byte[] nonce(byte[] prefix, BigInteger counter) {
        byte[] nonce = Arrays.copyOf(prefix, XaesGcm.NONCE_BYTES);
        byte[] number = counter.toByteArray();
        for (int i = 0; i < number.length && i < 12; i++) {
            nonce[nonce.length - 1 - i] = number[number.length - 1 - i];
        }
        return nonce;
    }

    /** Gives what it was told to. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[][] answers;
        private int drawn;

        Fixed(byte[]... answers) {
            this.answers = answers;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(answers[drawn++], 0, bytes, 0, bytes.length);
        }
    }
}
