package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.log.LogException.Fault;
import io.sluice.audit.merkle.ProofCheck;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final String ORIGIN = "sluice.example/dev/audit";

    private final SigningKey key = SigningKey.generate(ORIGIN, new SecureRandom());

    @TempDir
    Path folder;

    @Test
    void writesTheTilesThatTheSpecificationNames() throws Exception {
        try (AuditLog log = open()) {
            log.append(entries(0, 300), 300);
            assertThat(files())
                    .containsExactlyInAnyOrder(
                            ".lock",
                            "checkpoint",
                            "log.vkey",
                            "offsets",
                            "tile/0/000",
                            "tile/0/001.p/44",
                            "tile/1/000.p/1",
                            "tile/entries/000",
                            "tile/entries/001.p/44");
            log.append(entries(300, 212), 512);
        }
        assertThat(files())
                .containsExactlyInAnyOrder(
                        ".lock",
                        "checkpoint",
                        "log.vkey",
                        "offsets",
                        "tile/0/000",
                        "tile/0/001",
                        "tile/1/000.p/1",
                        "tile/1/000.p/2",
                        "tile/entries/000",
                        "tile/entries/001");
    }

    @Test
    void startsWithASignedEmptyTree() {
        try (AuditLog log = open()) {
            assertThat(log.size()).isZero();
            assertThat(log.nextOffset()).isZero();
        }
        assertThat(reader().checkpoint(key.verifier())).isEqualTo(new Checkpoint(ORIGIN, 0, TreeHashes.emptyRoot()));
    }

    @Test
    void resumesWithItsOffset() {
        try (AuditLog log = open()) {
            log.append(entries(0, 10), 17);
            log.append(List.of(), 23);
        }
        try (AuditLog log = open()) {
            assertThat(log.size()).isEqualTo(10);
            assertThat(log.nextOffset()).isEqualTo(23);
            log.append(entries(10, 1), 25);
        }
        try (AuditLog log = open()) {
            assertThat(log.nextOffset()).isEqualTo(25);
            assertThat(reader().entry(10, 11)).isEqualTo(entries(10, 1).get(0));
        }
    }

    @Test
    void provesEveryEntryToEverySignedSize() {
        try (AuditLog log = open()) {
            Checkpoint old = log.append(entries(0, 700), 700);
            Checkpoint now = log.append(entries(700, 5000), 5700);
            LogReader reader = reader();
            for (int index = 0; index < 5700; index += 13) {
                assertThat(ProofCheck.inclusion(
                                TreeHashes.leaf(reader.entry(index, 5700)),
                                index,
                                5700,
                                reader.inclusionProof(index, 5700),
                                now.root()))
                        .isTrue();
            }
            assertThat(ProofCheck.consistency(700, 5700, reader.consistencyProof(700, 5700), old.root(), now.root()))
                    .isTrue();
            // the partial tiles of size 700 are gone, but what they held is still to be had
            assertThat(ProofCheck.inclusion(
                            TreeHashes.leaf(reader.entry(699, 700)),
                            699,
                            700,
                            reader.inclusionProof(699, 700),
                            old.root()))
                    .isTrue();
        }
    }

    @Test
    void allowsOneWriterOnly() {
        try (AuditLog log = open()) {
            assertThat(log.size()).isZero();
            assertFault(Fault.LOCKED, this::open);
        }
        open().close();
    }

    @Test
    void refusesAnotherKey() {
        open().close();
        SigningKey other = SigningKey.generate(ORIGIN, new SecureRandom());
        assertFault(Fault.OTHER_LOG, () -> AuditLog.open(new AuditLogConfig(folder, other)));
    }

    @Test
    void refusesARolledBackCheckpoint() throws Exception {
        byte[] old;
        try (AuditLog log = open()) {
            log.append(entries(0, 10), 10);
            old = Files.readAllBytes(folder.resolve("checkpoint"));
            log.append(entries(10, 10), 20);
            log.append(entries(20, 10), 30);
        }
        Files.write(folder.resolve("checkpoint"), old);
        assertFault(Fault.ROLLED_BACK, this::open);
    }

    @Test
    void refusesARolledBackFolderWhereACheckpointWasKeptElsewhere() throws Exception {
        try (AuditLog log = open()) {
            Checkpoint first = log.append(entries(0, 10), 10);
            log.append(entries(10, 10), 20);
            log.requireExtends(first);
            Checkpoint larger = new Checkpoint(ORIGIN, 21, first.root());
            assertFault(Fault.ROLLED_BACK, () -> log.requireExtends(larger));
            Checkpoint other = new Checkpoint(ORIGIN, 10, TreeHashes.emptyRoot());
            assertFault(Fault.INCONSISTENT, () -> log.requireExtends(other));
        }
    }

    @Test
    void refusesToSignAnotherTreeThanTheOneThatACrashMayHaveSigned() throws Exception {
        byte[] signedAtTen;
        try (AuditLog log = open()) {
            log.append(entries(0, 10), 10);
            signedAtTen = Files.readAllBytes(folder.resolve("checkpoint"));
            log.append(entries(10, 10), 20);
        }
        // The power fails after the checkpoint of 20 was renamed but before that was durable.
        Files.write(folder.resolve("checkpoint"), signedAtTen);
        try (AuditLog log = open()) {
            assertThat(log.nextOffset()).isEqualTo(10);
            log.append(entries(10, 3), 13);
        }
        try (AuditLog log = open()) {
            assertFault(Fault.INCONSISTENT, () -> log.append(entries(500, 9), 22));
            assertFault(Fault.FAILED, () -> log.append(entries(13, 7), 20));
        }
        try (AuditLog log = open()) {
            log.append(entries(13, 9), 22);
            assertThat(log.size()).isEqualTo(22);
        }
    }

    @Test
    void refusesDamagedFiles() throws Exception {
        try (AuditLog log = open()) {
            log.append(entries(0, 300), 300);
        }
        for (String name : List.of("checkpoint", "offsets", "log.vkey", "tile/0/001.p/44", "tile/entries/001.p/44")) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[changed.length / 2] ^= 1;
            Files.write(file, changed);
            assertThatThrownBy(this::open).as(name).isInstanceOf(LogException.class);
            Files.delete(file);
            assertThatThrownBy(this::open)
                    .as(name)
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining(name);
            Files.write(file, whole);
        }
        open().close();
    }

    @Test
    void refusesEntriesAndOffsetsBeyondTheLimits() {
        try (AuditLog log = open()) {
            log.append(List.of(new byte[65_535]), 5);
            assertThatThrownBy(() -> log.append(List.of(new byte[65_536]), 6))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(List.of(new byte[0]), 6)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(entries(0, 1), 4)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(entries(0, AuditLog.MAX_BATCH + 1), 100_000))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(log.append(entries(0, 1), 6).size()).isEqualTo(2);
        }
    }

    @Test
    void compactsItsJournal() throws Exception {
        try (AuditLog log = open()) {
            for (int i = 1; i <= 300; i++) {
                log.append(List.of(), i);
            }
            log.append(entries(0, 1), 301);
        }
        open().close();
        assertThat(Files.readAllLines(folder.resolve("offsets"))).hasSize(2);
        try (AuditLog log = open()) {
            assertThat(log.nextOffset()).isEqualTo(301);
        }
    }

    private AuditLog open() {
        return AuditLog.open(new AuditLogConfig(folder, key));
    }

    private LogReader reader() {
        return new LogReader(FileLogStore.source(folder));
    }

    private Set<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<byte[]> entries(int from, int count) {
        List<byte[]> entries = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            entries.add(("{\"id\":\"events.ingress/1/0/" + i + "\"}").getBytes(StandardCharsets.UTF_8));
        }
        return entries;
    }

    private static void assertFault(Fault fault, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }
}
