package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.witness.WitnessFixture;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Dies at every effect the writer has, resumes, and re-verifies everything: each entry is in the log exactly once. */
class AuditLogCrashSimTest {
    private static final int TOTAL = 1_500;

    /** {@code -Dsluice.rounds=20} makes it twenty times as many. */
    private static final int RUNS = 30 * Integer.getInteger("sluice.rounds", 1);

    private static final List<Hash> ROOTS = roots();

    private static final Cosigner WITNESS = WitnessFixture.newKey("witness.example");

    private final SigningKey key = SigningKey.generate("sluice.example/sim", new SecureRandom());

    @Test
    void survivesACrashAtEveryEffectOfASmallRun() {
        long crashes = 0;
        for (boolean powerCut : new boolean[] {false, true}) {
            for (int step = 0; step < 140; step++) {
                Random random = new Random(step * 2L + (powerCut ? 1 : 0));
                CrashingLogStore disk = CrashingLogStore.empty(random, step);
                crashes += run(disk, random, 300, powerCut, Long.MAX_VALUE);
            }
        }
        assertThat(crashes).isGreaterThan(150);
    }

    @Test
    void survivesManyCrashesInARow() {
        long firstSeed = 20261123;
        System.out.println("seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + RUNS; seed++) {
            Random random = new Random(seed);
            CrashingLogStore disk = CrashingLogStore.empty(random, random.nextInt(60));
            run(disk, random, TOTAL, random.nextBoolean(), 80);
        }
    }

    @Test
    void survivesADiskThatIsFullNowAndThen() {
        long faults = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            CrashingLogStore disk = CrashingLogStore.empty(random, Long.MAX_VALUE);
            FullDiskStore store = new FullDiskStore(disk, random, 8);
            for (int life = 0; store.faults() < 4; life++) {
                try (AuditLog log = AuditLog.open(store, key)) {
                    feed(log, random, 300);
                    break;
                } catch (LogException full) {
                    assertThat(full.fault())
                            .as("seed " + seed + ", life " + life)
                            .isEqualTo(LogException.Fault.IO);
                }
            }
            store.makeRoom();
            try (AuditLog log = AuditLog.open(store, key)) {
                feed(log, random, 300);
            }
            verify(disk, 300);
            faults += store.faults();
        }
        assertThat(faults).isGreaterThan(150);
    }

    /** Runs until all entries are in the log; each process lives for at most {@code life} effects. */
    private long run(CrashingLogStore first, Random random, int total, boolean powerCut, long life) {
        CrashingLogStore disk = first;
        long crashes = 0;
        while (true) {
            try (AuditLog log = AuditLog.open(disk, key)) {
                feed(log, random, total);
                break;
            } catch (CrashingLogStore.Crash crash) {
                crashes++;
                // The more crashes, the longer the next life, so that every run ends.
                long steps = life == Long.MAX_VALUE ? life : random.nextInt((int) life) + crashes;
                disk = disk.afterCrash(powerCut, steps);
            }
        }
        verify(disk, total);
        return crashes;
    }

    private static void feed(AuditLog log, Random random, int total) {
        // One offset in seven is a control record: a hole.
        int index = (int) log.size();
        assertThat(log.nextOffset()).isEqualTo(index == 0 ? 0 : offset(index - 1) + 1);
        while (index < total) {
            int batch = Math.min(total - index, random.nextInt(4) == 0 ? random.nextInt(600) : 1 + random.nextInt(40));
            List<byte[]> entries = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                entries.add(entry(index++));
            }
            SignedNote before = SignedNote.parse(log.signedCheckpoint());
            log.append(entries, index == 0 ? 0 : offset(index - 1) + 1);
            SignedNote seen = random.nextBoolean() ? before : SignedNote.parse(log.signedCheckpoint());
            if (random.nextInt(5) == 0) { // a witness answers, perhaps late
                log.cosigned(WitnessFixture.cosigned(seen, Instant.EPOCH, WITNESS));
            }
        }
    }

    private void verify(CrashingLogStore disk, int total) {
        LogReader reader = new LogReader(disk);
        Checkpoint last = reader.checkpoint(key.verifier());
        assertThat(last.size()).isEqualTo(total);
        assertThat(last.root()).isEqualTo(ROOTS.get(total));
        for (int bundle = 0; bundle * 256 < total; bundle++) {
            int index = bundle * 256;
            for (byte[] entry : reader.bundle(bundle, total)) {
                assertThat(entry).isEqualTo(entry(index++));
            }
        }
        for (int index = 0; index < total; index += 37) {
            List<Hash> proof = reader.inclusionProof(index, total);
            assertThat(ProofCheck.inclusion(TreeHashes.leaf(entry(index)), index, total, proof, last.root()))
                    .isTrue();
        }
        reader.witnessedCheckpoint().ifPresent(note -> {
            Checkpoint seen = Checkpoint.verified(note, key.verifier());
            assertThat(seen.root()).isEqualTo(ROOTS.get((int) seen.size()));
            assertThat(SignedNote.parse(note).cosignatures(List.of(WITNESS.verifier())))
                    .hasSize(1);
        });
        for (byte[] note : disk.seenCheckpoints()) {
            Checkpoint seen = Checkpoint.verified(note, key.verifier());
            assertThat(seen.root()).isEqualTo(ROOTS.get((int) seen.size()));
            List<Hash> proof = reader.consistencyProof(seen.size(), total);
            assertThat(ProofCheck.consistency(seen.size(), total, proof, seen.root(), last.root()))
                    .isTrue();
        }
        for (String path : disk.paths()) {
            assertThat(path.startsWith("tile/") ? TileId.parse(path).isPresent() : !path.endsWith(".new"))
                    .as(path)
                    .isTrue();
        }
    }

    private static long offset(int index) {
        return (long) index + index / 6;
    }

    private static byte[] entry(int index) {
        return ("{\"id\":\"events.ingress/1/0/" + index + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static List<Hash> roots() {
        CompactRange range = CompactRange.empty();
        List<Hash> roots = new ArrayList<>(List.of(range.root()));
        for (int i = 0; i < TOTAL; i++) {
            range.append(TreeHashes.leaf(entry(i)));
            roots.add(range.root());
        }
        return roots;
    }
}
