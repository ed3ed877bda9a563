package io.sluice.benchmarks.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The plain bytes of {@link ViewBenchmark}'s fields through the JDK's AES-256-GCM: one key for all, a counting nonce, no
 * encoding. What encrypting a field is compared with. Run by JMH.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@NullUnmarked // JMH fills it
public class AesGcmBenchmark {
    /** How much associated data each field has. */
    @Param("0")
    public int associatedBytes;

    private Cipher cipher;
    private SecretKeySpec key;
    private byte[] plain;
    private byte[] associated;
    private long count;

    /** Makes cipher and key. */
    @Setup
    public void open() throws GeneralSecurityException {
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        key = new SecretKeySpec(new byte[32], "AES");
        String value = TransformCase.named("encrypt").value();
        plain = value.substring(1, value.length() - 1).getBytes(UTF_8);
        associated = new byte[associatedBytes];
    }

    /** The fields of one record. */
    @Benchmark
    @OperationsPerInvocation(ViewBenchmark.FIELDS)
    public int seal() throws GeneralSecurityException {
        int length = 0;
        for (int field = 0; field < ViewBenchmark.FIELDS; field++) {
            byte[] nonce = ByteBuffer.allocate(12).putLong(4, count++).array();
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
            if (associated.length > 0) {
                cipher.updateAAD(associated);
            }
            length += cipher.doFinal(plain).length;
        }
        return length;
    }
}
