package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.core.encoding.CanonicalJson;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a real writer process with SIGKILL, again and again, and looks at what it left. */
class KillNineIT {
    /** {@code -Dsluice.rounds=17} kills it a hundred times. */
    private static final int ROUNDS = 6 * Integer.getInteger("sluice.rounds", 1);

    @Test
    void aKilledWriterLosesNothingAndDoublesNothing(@TempDir Path folder) throws Exception {
        long seed = 9;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Path keyFile = folder.resolve("log.key");
        SigningKey key = SigningKey.readOrCreate(keyFile, "sluice.example/kill", new SecureRandom());
        Path logFolder = folder.resolve("log");
        long size = 0;
        for (int round = 0; round < ROUNDS; round++) {
            size = killSoon(logFolder, keyFile, random);
        }
        try (AuditLog log = AuditLog.open(new AuditLogConfig(logFolder, key))) {
            assertThat(log.size()).isGreaterThanOrEqualTo(size);
            log.append(List.of(entry(log.size())), log.nextOffset() + 2);
        }
        Verification verification =
                LogVerifier.verify(logFolder, VerifierConfig.defaults().withKey(key.verifier()));
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.passed()).isTrue();
        requireExpectedRoot(new LogReader(FileLogStore.source(logFolder)).checkpoint(key.verifier()));
    }

    /** Lets a writer run until it said a few lines, kills it, and returns the last size that it had made durable. */
    private static long killSoon(Path log, Path keyFile, Random random) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // a short life: optimising would cost more than it saves
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        log.toString(),
                        keyFile.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int lines = 2 + random.nextInt(60);
        long size = 0;
        try (InputStream said = process.getInputStream()) {
            StringBuilder line = new StringBuilder();
            for (int c = said.read(); c >= 0 && lines > 0; c = said.read()) {
                if (c == '\n') {
                    size = Long.parseLong(line.toString());
                    line.setLength(0);
                    lines--;
                } else {
                    line.append((char) c);
                }
            }
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as("killed, not ended").isEqualTo(137);
        return size;
    }

    private static void requireExpectedRoot(Checkpoint checkpoint) {
        CompactRange range = CompactRange.empty();
        for (long i = 0; i < checkpoint.size(); i++) {
            range.append(TreeHashes.leaf(entry(i)));
        }
        assertThat(checkpoint.root()).isEqualTo(range.root());
    }

    private static byte[] entry(long index) {
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/0/" + index,
                "type",
                "io.sluice.audit.record",
                "outcome",
                Map.of("code", "decided")));
    }

    /** Appends for ever, and says each size once it is durable. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            SigningKey key = SigningKey.read(Path.of(arguments[1]));
            Random random = new Random();
            try (AuditLog log = AuditLog.open(new AuditLogConfig(Path.of(arguments[0]), key))) {
                while (true) {
                    List<byte[]> batch = new ArrayList<>();
                    int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 900 : 30);
                    for (int i = 0; i < count; i++) {
                        batch.add(entry(log.size() + i));
                    }
                    System.out.println(
                            log.append(batch, log.nextOffset() + count + 1).size());
                    System.out.flush();
                }
            }
        }
    }
}
