package io.sluice.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.note.CosignatureType;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SigningKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerifierTest {
    /** {@code -Dsluice.rounds=20} flips twenty times as many bytes. */
    private static final int ROUNDS = Integer.getInteger("sluice.rounds", 1);

    private final SigningKey key = EntryFixture.newKey();

    @TempDir
    Path folder;

    @Test
    void anUntouchedLogHolds() {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 300), EntryFixture.records(1, 0, 450));

        Verification verification = verify();

        assertThat(verification.findings()).isEmpty();
        assertThat(verification.intact()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.complete()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.witnessed()).isEqualTo(Verdict.NOT_ASKED);
        assertThat(verification.passed()).isTrue();
        assertThat(verification.size()).isEqualTo(750);
        assertThat(verification.positions()).isEqualTo(Map.of("events.ingress/1/0", 300L, "events.ingress/1/1", 450L));
        assertThat(verification.entries()).isEqualTo(Map.of("io.sluice.audit.record", 750L));
    }

    @Test
    void tellsWhichBundlesAreCitedAndWhereFirst() {
        EntryFixture.write(
                folder,
                key,
                List.of(
                        EntryFixture.record(0, 0),
                        EntryFixture.decided(0, 1, "aa", 6),
                        EntryFixture.decided(0, 2, "bb", 7),
                        EntryFixture.decided(0, 3, "aa", 6)));

        assertThat(verify().citations())
                .containsExactly(
                        new Citation("aa", 6, 2, 1, "events.ingress/1/0/1"),
                        new Citation("bb", 7, 1, 2, "events.ingress/1/0/2"));
    }

    /** A log that signs by ML-DSA-44 too, from its second start on. */
    @Test
    void theMlDsaKeyThatOneHoldsHasToHaveSigned() throws Exception {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 3));
        Cosigner mlDsa = Cosigner.generate(EntryFixture.ORIGIN, CosignatureType.ML_DSA_44, new SecureRandom());
        VerifierConfig asking = VerifierConfig.defaults().withMlDsa(mlDsa.verifier());
        assertThat(LogVerifier.verify(folder, asking).findings())
                .extracting(Finding::message)
                .containsExactly("is not signed by the log's ML-DSA-44 key "
                        + mlDsa.verifier().id());

        AuditLogConfig config = new AuditLogConfig(folder, key, mlDsa, Clock.systemUTC());
        AuditLog.open(config).close();
        assertThat(LogVerifier.verify(folder, asking).passed())
                .as("the checkpoint that there was")
                .isTrue();
        try (AuditLog log = AuditLog.open(config)) {
            log.append(EntryFixture.records(0, 3, 300), log.nextOffset() + 300);
        }
        Verification verification = LogVerifier.verify(folder, asking);
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.lines()).contains("intact     holds, signed by Ed25519 and ML-DSA-44");
        assertThat(verify().passed()).as("who does not ask").isTrue();

        Cosigner other = Cosigner.generate(EntryFixture.ORIGIN, CosignatureType.ML_DSA_44, new SecureRandom());
        Cosigner stranger = Cosigner.generate("other.example/log", CosignatureType.ML_DSA_44, new SecureRandom());
        for (Cosigner wrong : List.of(other, stranger)) {
            assertThat(LogVerifier.verify(folder, VerifierConfig.defaults().withMlDsa(wrong.verifier()))
                            .intact())
                    .isEqualTo(Verdict.FAILS);
        }
        assertThatThrownBy(() -> AuditLog.open(new AuditLogConfig(folder, key, other, Clock.systemUTC())))
                .hasMessageContaining("log.ml-dsa.vkey is not the key");
        assertThatThrownBy(() -> new AuditLogConfig(folder, key, stranger, Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class);

        Path checkpoint = folder.resolve("checkpoint");
        String signed = Files.readString(checkpoint);
        int line = signed.lastIndexOf(' ') + 100;
        char flipped = signed.charAt(line) == 'A' ? 'B' : 'A';
        Files.writeString(checkpoint, signed.substring(0, line) + flipped + signed.substring(line + 1));
        assertThat(LogVerifier.verify(folder, asking).findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.startsWith("is not validly signed by the log's ML-DSA-44 key"));
        Files.writeString(checkpoint, signed);
        Files.writeString(folder.resolve("log.ml-dsa.vkey"), other.verifier() + "\n");
        assertThat(LogVerifier.verify(folder, asking).intact()).isEqualTo(Verdict.FAILS);
        Files.writeString(folder.resolve("log.ml-dsa.vkey"), "x\n");
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);
    }

    @Test
    void theEmptyLogHolds() {
        EntryFixture.write(folder, key);
        assertThat(verify().passed()).isTrue();
    }

    @Test
    void everyChangedByteIsFoundAndItsFileNamed() throws Exception {
        EntryFixture.write(
                folder,
                key,
                EntryFixture.records(0, 0, 3),
                EntryFixture.records(0, 3, 254),
                EntryFixture.records(0, 257, 4));
        Files.createDirectories(folder.resolve("plans"));
        byte[] plan = "{\"version\":1}".getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("plans/" + io.sluice.core.encoding.Sha256.hex(plan) + ".json"), plan);
        assertThat(verify().findings()).isEmpty();
        int flips = 0;
        for (Path file : files()) {
            String path = folder.relativize(file).toString();
            byte[] whole = Files.readAllBytes(file);
            // In large files, every byte of the ends and some between: all kinds of bytes, in bearable time.
            int stride = (whole.length > 20_000 ? 397 : whole.length > 2_000 ? 97 : ROUNDS) / ROUNDS;
            int ends = 60 * ROUNDS;
            for (int at = 0; at < whole.length; at += at > ends && at < whole.length - ends ? Math.max(1, stride) : 1) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) (1 << at % 8);
                Files.write(file, changed);
                assertNamed(path, "byte " + at);
                flips++;
            }
            assertNamedWhenCut(file, path, whole);
            Files.write(file, whole);
        }
        assertThat(flips).isGreaterThan(1_000);
        assertThat(verify().passed()).isTrue();
    }

    @Test
    void missingAndUnexpectedFilesAreNamed() throws Exception {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 300), EntryFixture.records(0, 300, 2));
        for (String path : List.of(
                "checkpoint",
                "log.vkey",
                "offsets",
                "tile/0/000",
                "tile/0/001.p/46",
                "tile/1/000.p/1",
                "tile/entries/000",
                "tile/entries/001.p/46")) {
            byte[] whole = Files.readAllBytes(folder.resolve(path));
            Files.delete(folder.resolve(path));
            assertNamed(path, "missing");
            Files.write(folder.resolve(path), whole);
        }
        for (String path : List.of(
                "notes.txt",
                "tile/0/900",
                "tile/0/0000",
                "tile/0/000.p/x",
                "tile/2/999.p/1",
                "tile/entries/001.p/46.new",
                "bundles/readme")) {
            Files.createDirectories(folder.resolve(path).getParent());
            Files.write(folder.resolve(path), new byte[32]);
            assertNamed(path, "unexpected");
            Files.delete(folder.resolve(path));
        }
        assertThat(verify().passed()).isTrue();
    }

    @Test
    void filesBeyondTheCheckpointAreNotedOnly() throws Exception {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 300));
        Files.write(folder.resolve("tile/0/001"), new byte[8192]);

        Verification verification = verify();

        assertThat(verification.passed()).isTrue();
        assertThat(verification.lines()).anyMatch(line -> line.startsWith("note: tile/0/001: "));
    }

    @Test
    void aLogThatIsBeingWrittenToHolds() throws Exception {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 100));
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
                for (int i = 0; !done.get() && i < 120; i++) {
                    int count = i % 50 == 7 ? 40_000 : 1 + i % 300;
                    log.append(EntryFixture.records(0, log.size(), count), log.nextOffset() + count + 1);
                }
            }
        });
        writer.start();
        for (int grown = 0; grown < 8; ) {
            Verification verification = verify();
            assertThat(verification.findings()).noneMatch(Finding::failure);
            assertThat(verification.passed()).isTrue();
            grown += verification.size() > 100 ? 1 : 0;
        }
        done.set(true);
        writer.join();
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void aRewrittenEntryIsFoundEvenWhereItsTilesWereRewrittenToo(@TempDir Path forged) throws Exception {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 600));
        List<byte[]> entries = EntryFixture.records(0, 0, 600);
        entries.set(5, EntryFixture.record(0, 600));
        EntryFixture.write(forged, key, entries);
        Files.copy(
                forged.resolve("tile/entries/000"),
                folder.resolve("tile/entries/000"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                forged.resolve("tile/0/000"),
                folder.resolve("tile/0/000"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(verify().findings()).extracting(Finding::file).contains("tile/0/000");
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);
    }

    @Test
    void aMissingPositionIsIncompleteButIntact() {
        List<byte[]> entries = EntryFixture.records(0, 0, 20);
        entries.remove(7);
        EntryFixture.write(folder, key, entries);

        Verification verification = verify();

        assertThat(verification.intact()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.complete()).isEqualTo(Verdict.FAILS);
        assertThat(verification.lines()).contains("events.ingress/1/0: position 7 has no entry");
    }

    @Test
    void aPositionThatMayStillComeIsOpenUntilTwoHeartbeatsHavePassed() {
        List<byte[]> entries = EntryFixture.records(0, 0, 20);
        entries.add(EntryFixture.act("0199-1", "heartbeat"));
        entries.add(EntryFixture.record(0, 21));
        EntryFixture.write(folder, key, entries);
        assertThat(verify().complete()).isEqualTo(Verdict.OPEN);

        EntryFixture.write(folder, key, List.of(EntryFixture.act("0199-2", "heartbeat")));
        assertThat(verify().complete()).isEqualTo(Verdict.OPEN);

        EntryFixture.write(folder, key, List.of(EntryFixture.act("0199-3", "heartbeat")));
        assertThat(verify().complete()).isEqualTo(Verdict.FAILS);
    }

    @Test
    void aDoubledIdIsFound() {
        EntryFixture.write(
                folder,
                key,
                List.of(EntryFixture.record(0, 0), EntryFixture.record(0, 1), EntryFixture.record(0, 0)),
                List.of(EntryFixture.act("0199", "heartbeat"), EntryFixture.act("0199", "heartbeat")));

        Verification verification = verify();

        assertThat(verification.complete()).isEqualTo(Verdict.FAILS);
        assertThat(verification.findings()).hasSize(2);
    }

    @Test
    void entriesThatAreNotCanonicalAreFound() {
        EntryFixture.write(
                folder,
                key,
                Stream.of(
                                "{\"type\":\"io.sluice.audit.act\",\"id\":\"1\"}",
                                "{\"id\":\"2\",\"n\":1.5,\"type\":\"io.sluice.audit.act\"}",
                                "{\"id\":\"3\"}",
                                "no json",
                                "{\"id\":\"4\",\"id\":\"5\",\"type\":\"io.sluice.audit.act\"}",
                                "{\"id\":\"x/1\",\"type\":\"io.sluice.audit.record\"}")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());

        Verification verification = verify();

        assertThat(verification.intact()).isEqualTo(Verdict.FAILS);
        assertThat(verification.findings())
                .hasSize(6)
                .allMatch(finding -> finding.file().equals("tile/entries/000.p/6"));
    }

    @Test
    void anotherKeyThanTheGivenOneIsFound() {
        EntryFixture.write(folder, key, EntryFixture.records(0, 0, 5));
        VerifierConfig other =
                VerifierConfig.defaults().withKey(EntryFixture.newKey().verifier());

        Verification verification = LogVerifier.verify(folder, other);

        assertThat(verification.intact()).isEqualTo(Verdict.FAILS);
        assertThat(verification.findings()).extracting(Finding::file).contains("log.vkey", "checkpoint");
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults().withKey(key.verifier()))
                        .keyPinned())
                .isTrue();
    }

    private void assertNamed(String path, String what) {
        Verification verification = verify();
        assertThat(verification.intact()).as(path + " " + what).isEqualTo(Verdict.FAILS);
        assertThat(verification.findings().stream().filter(finding -> finding.question() == Finding.Question.INTACT))
                .as(path + " " + what)
                .extracting(Finding::file)
                .containsOnly(path);
    }

    private void assertNamedWhenCut(Path file, String path, byte[] whole) throws Exception {
        if (whole.length > 0) {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
            assertNamed(path, "cut");
        }
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 1));
        assertNamed(path, "longer");
    }

    private Verification verify() {
        return LogVerifier.verify(folder, VerifierConfig.defaults());
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
