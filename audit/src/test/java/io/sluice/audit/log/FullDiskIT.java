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
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer on a file system that is really full, and killed with SIGKILL there. The file system is a small one of its own, in a
 * mount namespace of its own, which goes with its last process; the drill itself therefore runs in that process. Where nobody may
 * mount, a limit on the length of the writer's files takes its place: the kernel then refuses its writes too, with EFBIG.
 */
class FullDiskIT {
    /** {@code -Dsluice.rounds=34} kills it a hundred times. */
    private static final int ROUNDS = 3 * Integer.getInteger("sluice.rounds", 1);

    @Test
    void aWriterThatIsKilledOnAFullDiskLosesNothingAndDoublesNothing(@TempDir Path folder) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Optional<String> namespace = namespace(disk, folder);
        List<String> command = new ArrayList<>();
        if (namespace.isPresent()) {
            command.addAll(List.of(
                    "unshare",
                    namespace.get(),
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=512k tmpfs \"$0\" && exec \"$@\"",
                    disk.toString()));
        } else if (run(List.of("sh", "-c", "prlimit --fsize=4096:unlimited true"), folder) != 0) {
            String install = "this machine has neither unshare nor prlimit; on Debian: apt-get install util-linux";
            assertThat(System.getenv("CI")).as(install).isNotEqualTo("true");
            Assumptions.abort(install);
        }
        command.addAll(KilledWriter.java(
                Drill.class, disk.toString(), folder.toString(), ROUNDS + "", namespace.isPresent() + ""));

        int code = run(command, folder);
        String said = Files.readString(folder.resolve("said.txt"));
        System.out.println(said.strip());
        assertThat(code).as(said).isZero();
        assertThat(said).as("it was full in some round").containsPattern("full in [1-9][0-9]* of");
    }

    /** What {@code unshare} is told so that one may mount: as anybody in a user namespace, else as who may do so anyway. */
    private static Optional<String> namespace(Path disk, Path folder) throws Exception {
        if (!Boolean.getBoolean("sluice.nomount")) { // to try the other way where one may mount
            for (String how : List.of("-Urm", "-m")) {
                String mount = "unshare " + how + " mount -t tmpfs -o size=64k tmpfs " + disk;
                if (run(List.of("sh", "-c", mount), folder) == 0) {
                    return Optional.of(how);
                }
            }
        }
        return Optional.empty();
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
        /** Of a file: a bundle of some thirty entries does not fit. */
        private static final int LEAST_KILOBYTES = 4;

        private final Path disk;
        private final Path keyFile;
        private final Path other;
        private final SigningKey key;
        private final Random random;
        /** Whether it has a file system of its own; else the writer's files are limited. */
        private final boolean mounted;

        private long kilobytes;
        private long durable;
        private int roundsFull;

        private Drill(Path disk, Path folder, boolean mounted, long seed) throws Exception {
            this.disk = disk;
            this.mounted = mounted;
            this.kilobytes = 512;
            this.keyFile = folder.resolve("log.key");
            this.other = folder.resolve("second");
            this.key = SigningKey.readOrCreate(keyFile, "sluice.example/full", new SecureRandom());
            this.random = new Random(seed);
        }

        public static void main(String[] arguments) throws Exception {
            long seed = System.nanoTime();
            Drill drill =
                    new Drill(Path.of(arguments[0]), Path.of(arguments[1]), Boolean.parseBoolean(arguments[3]), seed);
            int rounds = Integer.parseInt(arguments[2]);
            for (int round = 0; round < rounds; round++) {
                drill.kill();
                drill.verify();
            }
            long size = drill.goesOnAsASecondBuilder();
            System.out.println(
                    "seed " + seed + ": killed " + rounds + " times, full in " + drill.roundsFull + " of them, " + size
                            + " entries on " + drill.kilobytes + (drill.mounted ? " KiB" : " KiB a file at last"));
        }

        private Path log() {
            return disk.resolve("log");
        }

        /** Of the lines after which it is killed, those are most that say that there is no room. */
        private void kill() throws Exception {
            KilledWriter writer = KilledWriter.start(log(), keyFile);
            if (!mounted) {
                durable = Long.parseLong(writer.next()); // its log is there
                kilobytes = LEAST_KILOBYTES;
                limit(writer);
            }
            boolean full = false;
            for (int lines = 2 + random.nextInt(80); lines > 0; lines--) {
                String line = writer.next();
                if (!line.equals(KilledWriter.FULL)) {
                    durable = Long.parseLong(line);
                } else {
                    full = true;
                    if (random.nextInt(4) == 0) {
                        makeRoom(writer, 4 + random.nextInt(96));
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

        private void makeRoom(KilledWriter writer, long more) throws Exception {
            kilobytes += more;
            if (mounted) {
                enlarge();
            } else {
                limit(writer);
            }
        }

        private void enlarge() throws Exception {
            done("mount", "-o", "remount,size=" + kilobytes + "k", disk.toString());
        }

        /** The length of its files, for what is left of its life: its log's first files are there, and the next one starts without. */
        private void limit(KilledWriter writer) throws Exception {
            done("prlimit", "--pid", writer.pid() + "", "--fsize=" + kilobytes * 1_024 + ":unlimited");
        }

        private static void done(String... command) throws Exception {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
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
            if (mounted) {
                kilobytes += 4_096;
                enlarge();
            }
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
