package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
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
            log.append(List.of(KilledWriter.entry(log.size())), log.nextOffset() + 2);
        }
        Verification verification =
                LogVerifier.verify(logFolder, VerifierConfig.defaults().withKey(key.verifier()));
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.passed()).isTrue();
        Checkpoint checkpoint = new LogReader(FileLogStore.source(logFolder)).checkpoint(key.verifier());
        assertThat(checkpoint.root()).isEqualTo(KilledWriter.root(checkpoint.size()));
    }

    /** Lets a writer run until it said a few lines, kills it, and returns the last size that it had made durable. */
    private static long killSoon(Path log, Path keyFile, Random random) throws Exception {
        KilledWriter writer = KilledWriter.start(log, keyFile);
        long size = 0;
        for (int lines = 2 + random.nextInt(60); lines > 0; lines--) {
            size = Long.parseLong(writer.next());
        }
        return Math.max(size, writer.kill());
    }
}
