package io.sluice.protection.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Processes encrypt under one key, are killed without notice, and others go on from what is left: no nonce of the key is
 * drawn twice. The long form is run with {@code -Dtest=XaesKillDrillTest -Dtest.jvm.args="-Dsluice.measure=true"}.
 */
class XaesKillDrillTest {
    private static final int FIELDS = 10;

    @Test
    void noNonceIsUsedTwiceOverKills() throws Exception {
        drill(40_000, 2);
    }

    @Test
    @EnabledIfSystemProperty(named = "sluice.measure", matches = "true")
    void noNonceIsUsedTwiceInTenMillionEncryptions() throws Exception {
        drill(10_000_000, 20);
    }

    private static void drill(int encryptions, int lives) throws Exception {
        String key = HexFormat.of()
                .formatHex(SecretBytes.random(32, new SecureRandom()).copy());
        long[] nonces = new long[0];
        for (int life = 0; life < lives; life++) {
            nonces = append(nonces, live(key, encryptions / lives));
        }
        System.out.printf("%,d encryptions, %d kills, %d repeated nonces%n", nonces.length, lives, repeated(nonces));
        assertThat(nonces).hasSizeGreaterThanOrEqualTo(encryptions);
        assertThat(repeated(nonces)).isZero();
        assertThat(repeated(append(nonces, Arrays.copyOf(nonces, 1))))
                .as("the count can tell")
                .isEqualTo(1);
    }

    /** Runs a process until it has encrypted so much, and kills it in the midst of more. All nonces that got out. */
    private static long[] live(String key, int encryptions) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        XaesKillDrillTest.class.getName(),
                        key))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            byte[] first = output.readNBytes(encryptions * XaesGcm.NONCE_BYTES);
            assertThat(process.isAlive()).as("it encrypts until it is killed").isTrue();
            process.destroyForcibly().waitFor();
            return append(prints(first), prints(rest(output)));
        }
    }

    /** What was in the pipe when the process died; the JDK may have closed it already. */
    private static byte[] rest(InputStream output) {
        try {
            return output.readAllBytes();
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** The process: encrypts records of some fields for ever, and tells each nonce after its use. */
    public static void main(String[] arguments) throws IOException {
        XaesGcm cipher = new XaesGcm(SecretBytes.copyOf(HexFormat.of().parseHex(arguments[0])));
        XaesNonces nonces = new XaesNonces(new SecureRandom());
        byte[] plain = "a value of a field".getBytes(UTF_8);
        byte[] sealed = new byte[plain.length + XaesGcm.TAG_BYTES];
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        while (true) {
            nonces.begin();
            for (int field = 0; field < FIELDS; field++) {
                byte[] nonce = nonces.next();
                cipher.seal(nonce, 0, plain, plain.length, plain, 0, plain.length, sealed, 0);
                out.write(nonce);
            }
        }
    }

    /** A fingerprint of 64 bits of each whole nonce: two that are equal have equal ones. */
    private static long[] prints(byte[] nonces) {
        ByteBuffer bytes = ByteBuffer.wrap(nonces);
        long[] prints = new long[bytes.capacity() / XaesGcm.NONCE_BYTES];
        for (int i = 0; i < prints.length; i++) {
            long print = mix(bytes.getLong());
            print = mix(print ^ bytes.getLong());
            prints[i] = mix(print ^ bytes.getLong());
        }
        return prints;
    }

    /** The finaliser of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    private static long repeated(long[] prints) {
        long[] sorted = prints.clone();
        Arrays.sort(sorted);
        long repeated = 0;
        for (int i = 1; i < sorted.length; i++) {
            repeated += sorted[i] == sorted[i - 1] ? 1 : 0;
        }
        return repeated;
    }

    private static long[] append(long[] first, long[] more) {
        long[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
