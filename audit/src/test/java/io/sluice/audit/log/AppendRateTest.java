package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Measures, on request: {@code -Dsluice.audit.rate=1000000}. Entries of 1 kB, as those of three recipients have. */
@EnabledIfSystemProperty(named = "sluice.audit.rate", matches = "[0-9]+")
class AppendRateTest {
    private static final int BATCH = 30_000;
    private static final String FILLER = "x".repeat(900);

    @Test
    void measuresAppendProofAndVerification(@TempDir Path folder) {
        int total = Integer.getInteger("sluice.audit.rate");
        SigningKey key = SigningKey.generate("sluice.example/rate", new SecureRandom());
        Checkpoint checkpoint = append(folder, key, total);
        prove(folder, checkpoint);
        long start = System.nanoTime();
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults()).passed())
                .isTrue();
        say("verify", "%.0f entries/s", total / seconds(start));
    }

    private static Checkpoint append(Path folder, SigningKey key, int total) {
        double best = 0;
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            double busy = 0;
            for (int from = 0; from < total; from += BATCH) {
                List<byte[]> batch = new ArrayList<>();
                for (int i = from; i < Math.min(total, from + BATCH); i++) {
                    batch.add(entry(i));
                }
                long start = System.nanoTime();
                log.append(batch, from + batch.size());
                double took = seconds(start);
                busy += took;
                best = Math.max(best, batch.size() / took);
            }
            say("append, fsync on, batches of " + BATCH, "%.0f entries/s, best batch %.0f", total / busy, best);
            long[] small = new long[100];
            for (int i = 0; i < small.length; i++) {
                long start = System.nanoTime();
                log.append(List.of(entry(total + i)), total + i + 1);
                small[i] = System.nanoTime() - start;
            }
            Arrays.sort(small);
            say("append of one entry", "p50 %.1f ms, p99 %.1f ms", small[50] / 1e6, small[98] / 1e6);
            return log.checkpoint();
        }
    }

    private static void prove(Path folder, Checkpoint checkpoint) {
        LogReader reader = new LogReader(FileLogStore.source(folder));
        Random random = new Random(1);
        long[] took = new long[5_000];
        for (int i = 0; i < took.length; i++) {
            long index = (long) (random.nextDouble() * checkpoint.size());
            long start = System.nanoTime();
            var proof = reader.inclusionProof(index, checkpoint.size());
            took[i] = System.nanoTime() - start;
            assertThat(ProofCheck.inclusion(
                            TreeHashes.leaf(reader.entry(index, checkpoint.size())),
                            index,
                            checkpoint.size(),
                            proof,
                            checkpoint.root()))
                    .isTrue();
        }
        Arrays.sort(took);
        say(
                "inclusion proof at " + checkpoint.size(),
                "p50 %.2f ms, p99 %.2f ms",
                took[took.length / 2] / 1e6,
                took[took.length * 99 / 100] / 1e6);
    }

    private static byte[] entry(int index) {
        return ("{\"filler\":\"" + FILLER + "\",\"id\":\"events.ingress/1/0/" + index
                        + "\",\"type\":\"io.sluice.audit.record\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void say(String what, String format, Object... values) {
        System.out.println(what + ": " + String.format(Locale.ROOT, format, values));
    }
}
