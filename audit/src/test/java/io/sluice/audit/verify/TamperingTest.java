package io.sluice.audit.verify;

import static io.sluice.audit.verify.Verdict.FAILS;
import static io.sluice.audit.verify.Verdict.HOLDS;
import static io.sluice.audit.verify.Verdict.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.EntryBundle;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedAct;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.Cosigner;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.witness.WitnessFixture;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of docs/threat-model.md: what somebody may do to a log of 600 entries, which of the auditor's four answers
 * fails, and which file is named. The auditor holds the log's key, a checkpoint of 300 entries and a witness's key.
 */
class TamperingTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int FIRST = 300;
    private static final int ALL = 600;
    private static final String BUNDLE = "tile/entries/001";
    private static final String LAST_BUNDLE = "tile/entries/002.p/88";

    private final SigningKey key = EntryFixture.newKey();
    private final Cosigner witness = WitnessFixture.newKey("auditor.example/w1");
    private byte[] kept = new byte[0];

    @TempDir
    Path temp;

    private interface Deed {
        void by(TamperingTest test) throws IOException;
    }

    /** A row of the table. @param files those named, where intact fails; else the one of the verdict that does */
    private record Row(
            String name,
            Deed deed,
            Verdict intact,
            Verdict complete,
            Verdict witnessed,
            Verdict since,
            String... files) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                // nothing was done
                new Row("untouched", test -> {}, HOLDS, HOLDS, HOLDS, HOLDS),
                // by somebody who can write the files
                new Row("edit", test -> test.bundle(BUNDLE, TamperingTest::edit), FAILS, OPEN, HOLDS, HOLDS, BUNDLE),
                // of altered tiles nobody can show that the log goes on from anything
                new Row(
                        "edit an entry and its tile",
                        TamperingTest::editWithTile,
                        FAILS,
                        OPEN,
                        HOLDS,
                        FAILS,
                        "tile/0/001"),
                new Row(
                        "delete",
                        test -> test.bundle(BUNDLE, entries -> without(entries, 9)),
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        BUNDLE),
                new Row("reorder", test -> test.bundle(BUNDLE, TamperingTest::swap), FAILS, OPEN, HOLDS, HOLDS, BUNDLE),
                new Row(
                        "insert",
                        test -> test.bundle(BUNDLE, TamperingTest::insert),
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        BUNDLE),
                new Row(
                        "duplicate",
                        test -> test.bundle(BUNDLE, TamperingTest::duplicate),
                        FAILS,
                        FAILS,
                        HOLDS,
                        HOLDS,
                        BUNDLE),
                new Row(
                        "cut the tail of a bundle",
                        test -> test.bundle(LAST_BUNDLE, entries -> entries.subList(0, 80)),
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        LAST_BUNDLE),
                new Row(
                        "cut the last bundle",
                        test -> test.delete(LAST_BUNDLE),
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        LAST_BUNDLE),
                new Row(
                        "delete two neighbouring bundles",
                        test -> {
                            test.delete("tile/entries/000");
                            test.delete(BUNDLE);
                        },
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        "tile/entries/000",
                        BUNDLE),
                new Row(
                        "delete a bundle, and say that it was pruned",
                        test -> {
                            Files.write(
                                    test.log().resolve("pruned"),
                                    new PrunedPrefix(256, 400).bytes(EntryFixture.ORIGIN));
                            test.delete("tile/entries/000");
                        },
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        "pruned",
                        "tile/entries/000"),
                new Row(
                        "swap two bundles",
                        TamperingTest::swapBundles,
                        FAILS,
                        OPEN,
                        HOLDS,
                        HOLDS,
                        "tile/entries/000",
                        BUNDLE),
                // tiles of a fork: what witnesses and the auditor saw cannot be shown to be of this log any more
                new Row("swap two logs' tiles", TamperingTest::swapTiles, FAILS, OPEN, HOLDS, FAILS, "checkpoint"),
                new Row(
                        "swap two logs",
                        test -> test.replaceBy(test.other("sluice.example/dev/other")),
                        FAILS,
                        OPEN,
                        FAILS,
                        OPEN,
                        "log.vkey",
                        "checkpoint"),
                // by somebody who kept an old copy
                new Row(
                        "roll back to before the witness looked",
                        test -> test.replaceBy(test.temp.resolve("old")),
                        HOLDS,
                        HOLDS,
                        FAILS,
                        HOLDS,
                        "checkpoint"),
                new Row(
                        "roll back the checkpoint alone",
                        TamperingTest::oldCheckpoint,
                        FAILS,
                        OPEN,
                        FAILS,
                        HOLDS,
                        "checkpoint.witnessed"),
                // by somebody who has the log's key
                new Row(
                        "re-sign a fork",
                        test -> test.replaceBy(test.fork(0)),
                        HOLDS,
                        HOLDS,
                        FAILS,
                        FAILS,
                        "checkpoint"),
                new Row(
                        "re-sign a fork and keep what the witness signed",
                        test -> {
                            byte[] signed = Files.readAllBytes(test.log().resolve("checkpoint.witnessed"));
                            test.replaceBy(test.fork(0));
                            Files.write(test.log().resolve("checkpoint.witnessed"), signed);
                        },
                        FAILS,
                        OPEN,
                        FAILS,
                        FAILS,
                        "checkpoint.witnessed"),
                new Row(
                        "re-sign a fork after the auditor's checkpoint",
                        test -> test.replaceBy(test.fork(FIRST)),
                        HOLDS,
                        HOLDS,
                        FAILS,
                        HOLDS,
                        "checkpoint"),
                new Row(
                        "re-sign a fork, with a witness of the same name",
                        TamperingTest::forkWithImpostor,
                        HOLDS,
                        HOLDS,
                        FAILS,
                        FAILS,
                        "checkpoint"),
                new Row(
                        "re-sign a fork, with the witness's signature of another checkpoint",
                        TamperingTest::forkWithStolenLine,
                        HOLDS,
                        HOLDS,
                        FAILS,
                        FAILS,
                        "checkpoint"),
                // nothing fails yet, and nothing is said of the entries that differ
                new Row(
                        "re-sign a fork after a cosigned checkpoint that is kept fresh",
                        test -> test.forkBehindTheWitness("shown to one"),
                        HOLDS,
                        HOLDS,
                        OPEN,
                        HOLDS),
                new Row(
                        "leave an entry out before signing",
                        test -> test.replaceBy(test.incomplete()),
                        HOLDS,
                        FAILS,
                        HOLDS,
                        HOLDS,
                        "events.ingress/1/0"),
                // the act is there for everybody to read
                new Row(
                        "prune under an act that nobody did",
                        TamperingTest::pruneUnderAFalseAct,
                        HOLDS,
                        HOLDS,
                        HOLDS,
                        HOLDS));
    }

    @BeforeEach
    void writeLog() throws IOException {
        EntryFixture.write(log(), key, EntryFixture.records(0, 0, FIRST));
        kept = Files.readAllBytes(log().resolve("checkpoint"));
        copy(log(), temp.resolve("old"));
        EntryFixture.write(log(), key, EntryFixture.records(0, FIRST, ALL - FIRST));
        cosign(log(), witness, NOW.minusSeconds(30));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachDeedFailsTheAnswerThatItBelongsTo(Row row) throws IOException {
        row.deed.by(this);

        Verification verification = verify(new WitnessPolicy(List.of(witness.verifier()), 1, null));

        assertThat(verification.intact())
                .as("intact: " + verification.findings())
                .isEqualTo(row.intact);
        assertThat(verification.complete())
                .as("complete: " + verification.findings())
                .isEqualTo(row.complete);
        assertThat(verification.witnessed())
                .as("witnessed: " + verification.findings())
                .isEqualTo(row.witnessed);
        assertThat(verification.extended())
                .as("since: " + verification.findings())
                .isEqualTo(row.since);
        assertThat(verification.passed()).isEqualTo(row.files.length == 0);
        assertThat(verification.findings().stream()
                        .filter(Finding::failure)
                        .filter(one -> row.intact != FAILS || one.question() == Finding.Question.INTACT)
                        .map(Finding::file)
                        .distinct())
                .containsExactlyInAnyOrder(row.files);
    }

    @Test
    void namesTheEntryThatWasEdited() throws IOException {
        bundle(BUNDLE, TamperingTest::edit);
        assertThat(verify(WitnessPolicy.NONE).findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("entry 261 "));
    }

    @Test
    void namesThePositionThatWasLeftOut() throws IOException {
        replaceBy(incomplete());
        assertThat(verify(WitnessPolicy.NONE).findings())
                .extracting(Finding::message)
                .contains("position 450 has no entry");
    }

    /** Whoever writes {@code audit.entries} and deletes files passes, and cannot do so unseen. */
    @Test
    void saysUnderWhichActItWasPruned() throws IOException {
        pruneUnderAFalseAct();
        assertThat(verify(WitnessPolicy.NONE).findings())
                .extracting(Finding::message)
                .singleElement()
                .asString()
                .contains(
                        "entries before 256 were pruned under entry 600 by CN=ada",
                        "says that the newest of them was recorded at 2016-");
    }

    private void pruneUnderAFalseAct() throws IOException {
        PrunedAct act = new PrunedAct(
                0,
                256,
                new LogReader(FileLogStore.source(log())).root(256, ALL),
                1,
                "",
                NOW.minus(Duration.ofDays(3_650)),
                Map.of("events.ingress/1/0", 255L));
        AuditEntry entry = ActEntry.of(
                ActEntry.Code.LOG_PRUNED, "dev", PrunedAct.WRITER, "CN=ada", NOW, act.detail(EntryFixture.ORIGIN));
        EntryFixture.write(log(), key, List.of(entry.canonical()));
        cosign(log(), witness, NOW.minusSeconds(30));
        Files.write(log().resolve("pruned"), new PrunedPrefix(256, ALL).bytes(EntryFixture.ORIGIN));
        delete("tile/entries/000");
    }

    /** The index is no part of the log: an edited one misleads a search until it is made anew, and no verification. */
    @Test
    void anEditedIndexChangesNoAnswerAboutTheLog() throws Exception {
        Path file = temp.resolve("index.sqlite");
        AuditIndexConfig config = new AuditIndexConfig(file, FileLogStore.source(log()), key.verifier());
        QueryFilter wanted = QueryFilter.all().withEntryId("events.ingress/1/0/7");
        try (AuditIndex index = AuditIndex.open(config)) {
            assertThat(new AuditQuery(index).find(wanted, 10).entries()).hasSize(1);
        }
        try (Connection edit = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = edit.createStatement()) {
            assertThat(statement.executeUpdate("delete from entry where idx = 7"))
                    .isEqualTo(1);
        }
        WitnessPolicy policy = new WitnessPolicy(List.of(witness.verifier()), 1, null);
        try (AuditIndex index = AuditIndex.open(config)) {
            assertThat(new AuditQuery(index).find(wanted, 10).entries()).isEmpty();
            assertThat(verify(policy).passed()).isTrue();
            index.rebuild();
            assertThat(new AuditQuery(index).find(wanted, 10).entries()).hasSize(1);
        }
    }

    @Test
    void aLogThatWasSetBackToWhatAWitnessSawIsOldAndNothingElse() throws IOException {
        cosign(temp.resolve("old"), witness, NOW.minus(Duration.ofDays(3)));
        replaceBy(temp.resolve("old"));

        assertThat(verify(new WitnessPolicy(List.of(witness.verifier()), 1, null))
                        .witnessed())
                .isEqualTo(HOLDS);
        Verification current = verify(new WitnessPolicy(List.of(witness.verifier()), 1, Duration.ofHours(1)));
        assertThat(current.witnessed()).isEqualTo(FAILS);
        assertThat(current.findings()).extracting(Finding::message).anyMatch(text -> text.contains("too old"));
    }

    @Test
    void theAuditorsOwnCheckpointTellsThatTheLogWasSetBack() throws IOException {
        kept = Files.readAllBytes(log().resolve("checkpoint"));
        replaceBy(temp.resolve("old"));
        Verification verification = verify(WitnessPolicy.NONE);
        assertThat(verification.extended()).isEqualTo(FAILS);
        assertThat(verification.witnessed()).isEqualTo(Verdict.NOT_ASKED);
        assertThat(verification.findings()).extracting(Finding::message).anyMatch(text -> text.contains("set back"));
    }

    @Test
    void theEndOfALogMayWaitForItsWitnessesForAMomentOnly() {
        EntryFixture.write(log(), key, EntryFixture.records(0, ALL, 7));
        WitnessPolicy policy = new WitnessPolicy(List.of(witness.verifier()), 1, null);

        assertThat(verify(policy).witnessed()).isEqualTo(OPEN);
        assertThat(verify(policy).passed()).isTrue();
        assertThat(verify(policy).cosigned()).isEqualTo(ALL);
        assertThat(verify(policy, NOW.plus(Duration.ofHours(1))).witnessed()).isEqualTo(FAILS);
        assertThat(verify(policy, NOW.plus(Duration.ofHours(1))).findings())
                .extracting(Finding::message)
                .anyMatch(text -> text.contains("the last 7 entries"));
    }

    /** Whoever holds the log's key and keeps the witness at 600 entries tells each auditor another story behind them. */
    @Test
    void whatIsPronouncedOnAndKeptIsWhatWitnessesSaw() throws IOException {
        WitnessPolicy policy = new WitnessPolicy(List.of(witness.verifier()), 1, Duration.ofHours(1));
        copy(log(), temp.resolve("true"));
        forkBehindTheWitness("shown to one");
        Verification one = verify(policy);
        replaceBy(temp.resolve("true"));
        forkBehindTheWitness("shown to another");
        Verification another = verify(policy);

        assertThat(another.root()).isNotEqualTo(one.root());
        for (Verification verification : List.of(one, another)) {
            assertThat(verification.passed()).isTrue();
            assertThat(verification.witnessed()).isEqualTo(OPEN);
            assertThat(verification.uncovered()).isEqualTo(100);
            assertThat(verification.lines())
                    .contains("witnessed  open, holds for 600 entries; the last 100 are not covered");
            assertThat(verification.note()).isEqualTo(one.note());
            assertThat(Checkpoint.parse(SignedNote.parse(verification.note()).text())
                            .size())
                    .isEqualTo(ALL);
        }

        // the witness signs the same size again and again, and the auditor comes back, soon and later
        SignedNote bare = SignedNote.parse(another.note()).only(List.of(key.verifier()), List.of());
        Path witnessed = log().resolve("checkpoint.witnessed");
        kept = one.note();
        Instant soon = NOW.plus(Duration.ofMinutes(9));
        Files.write(witnessed, WitnessFixture.cosigned(bare, soon, witness).toBytes());
        assertThat(verify(policy, soon).witnessed()).isEqualTo(OPEN);
        kept = verify(policy, soon).note();
        Instant later = NOW.plus(Duration.ofMinutes(18));
        Files.write(witnessed, WitnessFixture.cosigned(bare, later, witness).toBytes());
        assertThat(verify(policy, later).witnessed()).isEqualTo(FAILS);
        assertThat(verify(policy, later).findings())
                .extracting(Finding::message)
                .anyMatch(text -> text.contains("kept from them"));
        // the first time there is nothing to tell it by, and nothing is said of the 100
        kept = Files.readAllBytes(temp.resolve("old/checkpoint"));
        assertThat(verify(policy, later).witnessed()).isEqualTo(OPEN);
    }

    @Test
    void whatIsKeptNeverGoesBack() throws IOException {
        WitnessPolicy policy = new WitnessPolicy(List.of(witness.verifier()), 1, null);
        byte[] earlier = Files.readAllBytes(log().resolve("checkpoint.witnessed"));
        EntryFixture.write(log(), key, EntryFixture.records(0, ALL, 50));
        cosign(log(), witness, NOW.minusSeconds(20));
        kept = verify(policy).note();
        EntryFixture.write(log(), key, EntryFixture.records(0, ALL + 50, 50));
        Files.write(log().resolve("checkpoint.witnessed"), earlier);

        Verification verification = verify(policy);

        assertThat(verification.cosigned()).isEqualTo(ALL + 50);
        assertThat(verification.note()).isEqualTo(kept);
        // one that no witness signed is not given up for a smaller one either
        kept = SignedNote.parse(kept).only(List.of(key.verifier()), List.of()).toBytes();
        assertThat(verify(policy).cosigned()).isEqualTo(ALL);
        assertThat(verify(policy).note()).isEqualTo(kept);
    }

    @Test
    void aWitnessWhoseClockIsAheadIsNotedWhereTheQuorumHoldsWithoutIt() {
        Cosigner ahead = WitnessFixture.newKey("auditor.example/w2");
        cosign(log(), ahead, NOW.plus(Duration.ofHours(1)));

        Verification verification = verify(new WitnessPolicy(List.of(witness.verifier(), ahead.verifier()), 1, null));
        assertThat(verification.witnessed()).isEqualTo(HOLDS);
        assertThat(verification.findings())
                .extracting(Finding::toString)
                .anyMatch(text -> text.startsWith("note: ") && text.contains("of the future"));
        assertThat(verify(new WitnessPolicy(List.of(witness.verifier(), ahead.verifier()), 2, null))
                        .witnessed())
                .isEqualTo(FAILS);
    }

    @Test
    void aQuorumIsOfOneCheckpointAndOfKeysThatAreAskedFor() {
        Cosigner second = WitnessFixture.newKey("auditor.example/w2");
        Cosigner third = WitnessFixture.newKey("auditor.example/w3");
        List<io.sluice.audit.note.CosignerKey> three = List.of(witness.verifier(), second.verifier(), third.verifier());
        assertThat(verify(new WitnessPolicy(three, 2, null)).witnessed()).isEqualTo(FAILS);
        cosign(log(), second, NOW.minusSeconds(20));

        Verification verification = verify(new WitnessPolicy(three, 2, null));

        assertThat(verification.witnessed()).isEqualTo(HOLDS);
        assertThat(verification.cosignatures())
                .extracting(one -> one.key().name())
                .containsExactly("auditor.example/w1", "auditor.example/w2");
        assertThat(verify(new WitnessPolicy(three, 3, null)).witnessed()).isEqualTo(FAILS);
        // two keys of one name are one witness, and both have to have signed
        Cosigner otherKey = WitnessFixture.newKey("auditor.example/w1");
        WitnessPolicy both = new WitnessPolicy(List.of(witness.verifier(), otherKey.verifier()), 1, null);
        assertThat(verify(both).witnessed()).isEqualTo(FAILS);
        cosign(log(), otherKey, NOW.minusSeconds(10));
        assertThat(verify(both).witnessed()).isEqualTo(HOLDS);
        // a witness's clock is not ahead
        assertThat(verify(both, NOW.minus(Duration.ofHours(2))).witnessed()).isEqualTo(FAILS);
    }

    private Verification verify(WitnessPolicy policy) {
        return verify(policy, NOW);
    }

    private Verification verify(WitnessPolicy policy, Instant now) {
        return LogVerifier.verify(
                log(),
                VerifierConfig.defaults()
                        .withKey(key.verifier())
                        .withWitnesses(policy)
                        .withSince(SignedNote.parse(kept))
                        .withClock(Clock.fixed(now, ZoneOffset.UTC)));
    }

    private Path log() {
        return temp.resolve("log");
    }

    private void bundle(String path, UnaryOperator<List<byte[]>> deed) throws IOException {
        Path file = log().resolve(path);
        int width = path.equals(LAST_BUNDLE) ? 88 : 256;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] entry : deed.apply(EntryBundle.decode(Files.readAllBytes(file), width))) {
            bytes.write(entry.length >>> 8);
            bytes.write(entry.length);
            bytes.writeBytes(entry);
        }
        Files.write(file, bytes.toByteArray());
    }

    private void delete(String path) throws IOException {
        Files.delete(log().resolve(path));
    }

    private static List<byte[]> edit(List<byte[]> entries) {
        List<byte[]> changed = new ArrayList<>(entries);
        String text = new String(changed.get(5), StandardCharsets.UTF_8);
        changed.set(5, text.replace("decided", "decidet").getBytes(StandardCharsets.UTF_8));
        return changed;
    }

    private static List<byte[]> without(List<byte[]> entries, int index) {
        List<byte[]> changed = new ArrayList<>(entries);
        changed.remove(index);
        return changed;
    }

    private static List<byte[]> swap(List<byte[]> entries) {
        List<byte[]> changed = new ArrayList<>(entries);
        Collections.swap(changed, 3, 200);
        return changed;
    }

    private static List<byte[]> insert(List<byte[]> entries) {
        List<byte[]> changed = new ArrayList<>(entries);
        changed.add(7, EntryFixture.act("0199", "heartbeat"));
        return changed;
    }

    private static List<byte[]> duplicate(List<byte[]> entries) {
        List<byte[]> changed = new ArrayList<>(entries);
        changed.set(8, changed.get(7));
        return changed;
    }

    private void editWithTile() throws IOException {
        Path forged = fork(256);
        for (String path : List.of(BUNDLE, "tile/0/001")) {
            Files.copy(forged.resolve(path), log().resolve(path), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void swapBundles() throws IOException {
        Path first = log().resolve("tile/entries/000");
        byte[] bytes = Files.readAllBytes(first);
        Files.copy(log().resolve(BUNDLE), first, StandardCopyOption.REPLACE_EXISTING);
        Files.write(log().resolve(BUNDLE), bytes);
    }

    /** All tiles and entries of another log of the same size, under the checkpoint of this one. */
    private void swapTiles() throws IOException {
        Path other = fork(0);
        deleteAll(log().resolve("tile"));
        copy(other.resolve("tile"), log().resolve("tile"));
    }

    private void oldCheckpoint() throws IOException {
        Path old = temp.resolve("old");
        byte[] witnessed = Files.readAllBytes(log().resolve("checkpoint.witnessed"));
        replaceBy(old);
        Files.write(log().resolve("checkpoint.witnessed"), witnessed);
    }

    private void forkWithImpostor() throws IOException {
        Path forged = fork(0);
        cosign(forged, WitnessFixture.newKey("auditor.example/w1"), NOW.minusSeconds(5));
        replaceBy(forged);
    }

    private void forkWithStolenLine() throws IOException {
        SignedNote signed = SignedNote.parse(Files.readAllBytes(log().resolve("checkpoint")));
        String line = signed.linesBeyond(signed.only(List.of(key.verifier()), List.of()));
        Path forged = fork(0);
        Path checkpoint = forged.resolve("checkpoint");
        Files.write(
                checkpoint,
                SignedNote.parse(Files.readAllBytes(checkpoint)).plus(line).toBytes());
        replaceBy(forged);
    }

    /** The log as the witness saw it, and then 100 records with another story. */
    private void forkBehindTheWitness(String story) {
        List<byte[]> entries = EntryFixture.records(0, ALL, 100);
        entries.set(5, forged(ALL + 5, story));
        EntryFixture.write(log(), key, entries);
    }

    private static byte[] forged(int offset, String code) {
        return CanonicalJson.bytes(java.util.Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/0/" + offset,
                "type",
                "io.sluice.audit.record",
                "outcome",
                java.util.Map.of("code", code)));
    }

    /** The whole log written and signed anew, with another entry in a place from {@code from} on. */
    private Path fork(int from) {
        List<byte[]> entries = EntryFixture.records(0, 0, ALL);
        entries.set(from + 5, forged(from + 5, "forged"));
        return written(key, entries);
    }

    private Path other(String origin) {
        return written(SigningKey.generate(origin, new SecureRandom()), EntryFixture.records(0, 0, ALL));
    }

    private Path incomplete() {
        List<byte[]> entries = EntryFixture.records(0, 0, ALL);
        entries.remove(450);
        Path folder = written(key, entries);
        cosign(folder, witness, NOW.minusSeconds(5));
        return folder;
    }

    private Path written(SigningKey signer, List<byte[]> entries) {
        Path folder = temp.resolve("forged");
        EntryFixture.write(folder, signer, entries.subList(0, FIRST), entries.subList(FIRST, entries.size()));
        return folder;
    }

    private void cosign(Path folder, Cosigner by, Instant time) {
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            log.cosigned(WitnessFixture.cosigned(SignedNote.parse(log.signedCheckpoint()), time, by));
        }
    }

    private void replaceBy(Path other) throws IOException {
        deleteAll(log());
        copy(other, log());
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
