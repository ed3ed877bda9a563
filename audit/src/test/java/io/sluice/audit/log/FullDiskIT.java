package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer on a file system that is really full, and killed with SIGKILL there. The file system is a small one of its own, in a
 * mount namespace of its own, which goes with its last process; the drill itself therefore runs in that process.
 */
class FullDiskIT {
    /** {@code -Dsluice.rounds=34} kills it a hundred times. */
    private static final int ROUNDS = 3 * Integer.getInteger("sluice.rounds", 1);

    @Test
    void aWriterThatIsKilledOnAFullDiskLosesNothingAndDoublesNothing(@TempDir Path folder) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run(List.of("sh", "-c", "unshare -Urm mount -t tmpfs -o size=64k tmpfs " + disk), folder) == 0,
                "this machine lets nobody mount in a namespace: unshare -Urm mount -t tmpfs ...");

        List<String> command = new ArrayList<>(List.of(
                "unshare", "-Urm", "sh", "-c", "mount -t tmpfs -o size=512k tmpfs \"$0\" && exec \"$@\"", disk + ""));
        command.addAll(KilledWriter.java(Drill.class, disk.toString(), folder.toString(), ROUNDS + ""));

        int code = run(command, folder);
        String said = Files.readString(folder.resolve("said.txt"));
        System.out.println(said.strip());
        assertThat(code).as(said).isZero();
        assertThat(said).as("it was full in some round").containsPattern("full in [1-9][0-9]* of");
    }

    private static int run(List<String> command, Path folder) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start()
                .waitFor();
    }

    /** In the namespace: kills writers, makes room at times, and looks at what each left: at least two lines were read of it, so there is a log. */
    static final class Drill {
        private final Path disk;
        private final Path keyFile;
        private final Path other;
        private final SigningKey key;
        private final Random random;
        private long kilobytes = 512;
        private long durable;
        private int roundsFull;

        private Drill(Path disk, Path folder, long seed) throws Exception {
            this.disk = disk;
            this.keyFile = folder.resolve("log.key");
            this.other = folder.resolve("second");
            this.key = SigningKey.readOrCreate(keyFile, "sluice.example/full", new SecureRandom());
            this.random = new Random(seed);
        }

        public static void main(String[] arguments) throws Exception {
            long seed = System.nanoTime();
            Drill drill = new Drill(Path.of(arguments[0]), Path.of(arguments[1]), seed);
            int rounds = Integer.parseInt(arguments[2]);
            for (int round = 0; round < rounds; round++) {
                drill.kill();
                drill.verify();
            }
            long size = drill.goesOnAsASecondBuilder();
            System.out.println("seed " + seed + ": killed " + rounds + " times, full in " + drill.roundsFull
                    + " of them, " + size + " entries on " + drill.kilobytes + " KiB");
        }

        private Path log() {
            return disk.resolve("log");
        }

        /** Of the lines after which it is killed, those are most that say that there is no room. */
        private void kill() throws Exception {
            KilledWriter writer = KilledWriter.start(log(), keyFile);
            boolean full = false;
            for (int lines = 2 + random.nextInt(80); lines > 0; lines--) {
                String line = writer.next();
                if (!line.equals(KilledWriter.FULL)) {
                    durable = Long.parseLong(line);
                } else {
                    full = true;
                    if (random.nextInt(4) == 0) {
                        makeRoom(4 + random.nextInt(96));
                    }
                }
            }
            long at = System.nanoTime() + random.nextInt(6_000_000); // somewhere in its next appends
            while (System.nanoTime() < at) {
                Thread.onSpinWait();
            }
            durable = Math.max(durable, writer.kill());
            roundsFull += full ? 1 : 0;
        }

        private void makeRoom(long more) throws Exception {
            kilobytes += more;
            Process mount = new ProcessBuilder("mount", "-o", "remount,size=" + kilobytes + "k", disk.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(mount.waitFor()).as(said).isZero();
        }

        /** As it lies there, for whoever reads it meanwhile; what a killed append left beyond the checkpoint is noted, no more. */
        private Verification verify() {
            Verification verification =
                    LogVerifier.verify(log(), VerifierConfig.defaults().withKey(key.verifier()));
            assertThat(verification.passed()).as(verification.findings() + "").isTrue();
            Checkpoint checkpoint = new LogReader(FileLogStore.source(log())).checkpoint(key.verifier());
            assertThat(checkpoint.size()).isGreaterThanOrEqualTo(durable);
            assertThat(checkpoint.root()).isEqualTo(KilledWriter.root(checkpoint.size()));
            return verification;
        }

        private long goesOnAsASecondBuilder() throws Exception {
            makeRoom(4_096);
            Checkpoint first;
            try (AuditLog log = AuditLog.open(new AuditLogConfig(log(), key))) {
                first = log.append(List.of(KilledWriter.entry(log.size())), log.nextOffset() + 2);
            }
            assertThat(verify().findings()).as("what was left over is gone").isEmpty();
            try (AuditLog log = AuditLog.open(new AuditLogConfig(other, key))) {
                while (log.size() < first.size()) {
                    List<byte[]> batch = new ArrayList<>();
                    for (long i = log.size(); i < Math.min(first.size(), log.size() + 700); i++) {
                        batch.add(KilledWriter.entry(i));
                    }
                    log.append(batch, log.nextOffset() + batch.size());
                }
                assertThat(log.checkpoint()).isEqualTo(first);
            }
            return first.size();
        }
    }
}
