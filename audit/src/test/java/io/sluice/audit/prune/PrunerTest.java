package io.sluice.audit.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.PrunedAct;
import io.sluice.audit.log.PrunedPrefix;
import io.sluice.audit.merkle.TreeHashes;
import io.sluice.audit.note.SignedNote;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.report.ReportDesk;
import io.sluice.audit.report.ReportQuestion;
import io.sluice.audit.report.ReportRefusedException;
import io.sluice.audit.report.Review;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.Finding;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verdict;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.core.audit.ActEntry;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.policies.approve.OfficerPublicKey;
import io.sluice.policies.sign.KeyUse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may leave the log, what may not, and what a log that was pruned still shows. */
@NullUnmarked
class PrunerTest {
    private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofDays(3_000));
    private static final Instant FLOOR = NOW.minus(Duration.ofDays(2_192));
    /** An entry an hour: the floor is behind entry 19,000. */
    private static final int ENTRIES = 1_200;

    private static final String HELD = "s1_" + "h".repeat(26);

    private final SigningKey key = EntryFixture.newKey();

    @TempDir
    Path temp;

    private Path folder;
    private byte[] kept;
    /** What {@code subject.holds} says. */
    private Set<String> standing = Set.of();

    @BeforeEach
    void write() throws IOException {
        folder = temp.resolve("log");
        append(records(0, 100));
        kept = Files.readAllBytes(folder.resolve("checkpoint"));
        append(records(100, ENTRIES));
    }

    @Test
    void deletesWholeBundlesAndTheLogStaysVerifiable() throws IOException {
        String proof;
        try (AuditIndex index = index()) {
            index.catchUp();
            proof = new AuditQuery(index).proof(10);
        }
        PrunedAct plan = pruner().plan(to(700));
        assertThat(plan.from()).isZero();
        assertThat(plan.to()).isEqualTo(512);
        assertThat(plan.newest()).isEqualTo(START.plus(Duration.ofHours(511)));
        assertThat(plan.last()).isEqualTo(Map.of("events.ingress/1/0", 511L));
        assertThat(bundle(0)).as("a plan deletes nothing").exists();

        long place = prune(plan);

        assertThat(place).isEqualTo(ENTRIES);
        assertThat(bundle(0)).doesNotExist();
        assertThat(bundle(1)).doesNotExist();
        assertThat(bundle(2)).exists();
        Verification verification = verify();
        assertThat(verification.passed()).as(verification.toString()).isTrue();
        assertThat(verification.pruned()).isEqualTo(512);
        assertThat(verification.complete()).isEqualTo(Verdict.HOLDS);
        assertThat(verification.extended()).as("the checkpoint of 100 entries").isEqualTo(Verdict.HOLDS);
        assertThat(verification.lines()).contains("complete   holds, from entry 512 on");
        assertThat(verification.findings())
                .singleElement()
                .extracting(Finding::message)
                .asString()
                .contains("entries before 512 were pruned under entry 1200 by CN=ada", "cannot be told");
        assertThat(verification.entries()).containsEntry("io.sluice.audit.record", (long) ENTRIES - 512);

        try (AuditIndex served = AuditIndex.open(indexConfig(), Duration.ofMinutes(1))) {
            AuditQuery query = new AuditQuery(served);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> query.count(QueryFilter.all()))
                        .as("a question does not take out what was pruned: that may last for minutes")
                        .hasMessageContaining("entries that were pruned are taken out")
                        .matches(fault -> ((IndexException) fault).fault() == IndexException.Fault.NOT_READY);
            }
            served.catchUp();
            assertThat(query.count(QueryFilter.all())).isEqualTo(ENTRIES - 512 + 1);
        }
        try (AuditIndex index = index()) {
            AuditQuery query = new AuditQuery(index);
            assertThat(query.count(QueryFilter.all())).isEqualTo(ENTRIES - 512 + 1);
            assertThat(query.count(QueryFilter.all().withEntryId("events.ingress/1/0/10")))
                    .isZero();
            assertThat(query.find(QueryFilter.all(), 1).entries().get(0).index())
                    .isEqualTo(512);
            assertThat(query.proof(600)).contains("index 600");
            index.rebuild();
            assertThat(query.count(QueryFilter.all())).isEqualTo(ENTRIES - 512 + 1);
            assertThatThrownBy(() -> query.proof(10)).hasMessageContaining("were pruned under entry 1200");
        }
        assertThat(io.sluice.audit.log.TlogProof.parse(proof.getBytes(StandardCharsets.UTF_8))
                        .proves(record(10, null)))
                .as("a proof that was handed out")
                .isTrue();
    }

    @Test
    void goesOnWhereItEndedBefore() throws IOException {
        prune(pruner().plan(to(300)));
        append(records(ENTRIES, ENTRIES + 300));
        PrunedAct next = pruner().plan(new Retention(null, START.plus(Duration.ofHours(900)), FLOOR));
        assertThat(next.from()).isEqualTo(256);
        assertThat(next.to()).isEqualTo(768);
        prune(next);
        Verification verification = verify();
        assertThat(verification.passed()).as(verification.toString()).isTrue();
        assertThat(verification.pruned()).isEqualTo(768);
        assertThatThrownBy(() -> pruner().plan(to(768))).hasMessageContaining("there is nothing to prune");
    }

    @Test
    void refusesWhatHasToBeKept() {
        assertThatThrownBy(() -> pruner().plan(new Retention(512L, null, START.plus(Duration.ofHours(400)))))
                .isInstanceOf(PruneRefusedException.class)
                .hasMessageContaining("entry 400 was recorded at");
        assertThatThrownBy(() -> pruner().plan(new Retention(null, NOW, START.plus(Duration.ofHours(400)))))
                .hasMessageContaining("has to be kept");
        assertThatThrownBy(() -> pruner().plan(to(255))).hasMessageContaining("there is nothing to prune");
        assertThatThrownBy(() -> new Retention(1L, NOW, FLOOR)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLegalHoldKeepsWhatIsAboutItsSubject() throws IOException {
        append(List.of(record(ENTRIES, HELD)));
        List<byte[]> more = new ArrayList<>();
        for (int i = ENTRIES + 1; i < 1_600; i++) {
            more.add(record(i, null));
        }
        append(more);
        append(List.of(hold("legal-hold-set", "0199-set", null)));
        assertThat(pruner().plan(to(1_100)).to())
                .as("before anything about the subject")
                .isEqualTo(1_024);
        assertThatThrownBy(() -> pruner().plan(to(1_600)))
                .isInstanceOf(PruneRefusedException.class)
                .hasMessageContaining("entry 1200 is about the subject " + HELD);
        append(List.of(hold("legal-hold-released", "0199-released", null)));
        assertThat(pruner().plan(to(1_600)).to()).isEqualTo(1_536);
        append(List.of(hold("legal-hold-set", "0199-ended", NOW.minusSeconds(1))));
        assertThat(pruner().plan(to(1_600)).to()).as("it ended by itself").isEqualTo(1_536);
    }

    /** The acts of holds stand in the first of several logs; what Kafka says keeps entries of all of them. */
    @Test
    void aHoldThatAnotherLogTellsKeepsToo() {
        append(List.of(record(ENTRIES, HELD)));
        append(records(ENTRIES + 1, 1_600));
        standing = Set.of(HELD);
        assertThatThrownBy(() -> pruner().plan(to(1_600)))
                .isInstanceOf(PruneRefusedException.class)
                .hasMessageContaining("entry 1200 is about the subject " + HELD);
        standing = Set.of("s1_" + "o".repeat(26));
        assertThat(pruner().plan(to(1_600)).to()).isEqualTo(1_536);
    }

    /** A hold that comes between the plan and the act: in the log just before the act, or in Kafka alone. */
    @Test
    void aHoldThatComesMeanwhileKeeps() {
        append(List.of(record(ENTRIES, HELD)));
        append(records(ENTRIES + 1, 1_600));
        PrunedAct plan = pruner().plan(to(1_600));
        append(List.of(hold("legal-hold-set", "0199-set", null)));
        assertThatThrownBy(() -> prune(plan))
                .isInstanceOf(PruneRefusedException.class)
                .hasMessageContaining("entry 1200 is about the subject " + HELD)
                .hasMessageEndingWith("Nothing was deleted, though entry 1601 of the log says so");
        assertThat(bundle(0)).exists();
        assertThat(folder.resolve("pruned")).doesNotExist();
        assertThat(verify().passed()).isTrue();

        append(List.of(hold("legal-hold-released", "0199-released", null)));
        standing = Set.of(HELD);
        assertThatThrownBy(() -> prune(plan)).hasMessageContaining("for whom a legal hold stands");
        assertThat(bundle(0)).exists();
        standing = Set.of();
        assertThat(prune(plan)).as("the act of the try before").isEqualTo(1_601);
        assertThat(bundle(0)).doesNotExist();
    }

    @Test
    void deletesNothingThatIsNotWhatWasSigned() throws IOException {
        byte[] bytes = Files.readAllBytes(bundle(1));
        bytes[40] ^= 1;
        Files.write(bundle(1), bytes);
        assertThatThrownBy(() -> pruner().plan(to(700))).isInstanceOf(RuntimeException.class);
    }

    @Test
    void deletesNothingBeforeTheActIsInTheLog() {
        PrunedAct plan = pruner().plan(to(700));
        assertThatThrownBy(() ->
                        pruner().prune(plan, "acme", "CN=ada", Map.of("why", "schedule"), entry -> {}, Duration.ZERO))
                .isInstanceOf(PruneRefusedException.class)
                .hasMessageContaining("nothing was deleted");
        assertThat(bundle(0)).exists();
        assertThat(folder.resolve("pruned")).doesNotExist();
        assertThat(verify().passed()).isTrue();
    }

    /** The act got into the log, and the command died: the same command finds it and writes no other. */
    @Test
    void findsTheActOfATryBefore() {
        PrunedAct plan = pruner().plan(to(700));
        AtomicInteger written = new AtomicInteger();
        assertThatThrownBy(() -> pruner().prune(
                                plan,
                                "acme",
                                "CN=ada",
                                Map.of("why", "schedule"),
                                entry -> {
                                    written.incrementAndGet();
                                    append(List.of(entry.canonical()));
                                    throw new IllegalStateException("killed");
                                },
                                Duration.ZERO))
                .hasMessage("killed");
        assertThat(bundle(0)).exists();
        assertThat(pruner().prune(
                                plan,
                                "acme",
                                "CN=ada",
                                Map.of("why", "schedule"),
                                entry -> written.incrementAndGet(),
                                Duration.ZERO))
                .isEqualTo(ENTRIES);
        assertThat(written).hasValue(1);
        assertThat(verify().passed()).isTrue();
    }

    /** It died among the deletions: the log verifies, says so, and the rest goes. */
    @Test
    void aPruningThatBrokeOffGoesOn() throws IOException {
        byte[] second = Files.readAllBytes(bundle(1));
        prune(pruner().plan(to(700)));
        Files.write(bundle(1), second);
        Files.write(folder.resolve("pruned.new"), new byte[0]);

        Verification verification = verify();
        assertThat(verification.passed()).as(verification.toString()).isTrue();
        assertThat(verification.findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("1 bundles that were pruned are still there"));
        second[40] ^= 1;
        Files.write(bundle(1), second);
        assertThat(verify().intact()).as("what is there is still checked").isEqualTo(Verdict.FAILS);

        assertThat(pruner().resume()).isEqualTo(1);
        assertThat(bundle(1)).doesNotExist();
        assertThat(pruner().resume()).isZero();
    }

    @Test
    void whoeverDeletesWithoutAnActIsFound() throws IOException {
        Files.delete(bundle(0));
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);

        Files.write(folder.resolve("pruned"), new PrunedPrefix(256, 300).bytes(EntryFixture.ORIGIN));
        Verification forged = verify();
        assertThat(forged.intact()).isEqualTo(Verdict.FAILS);
        assertThat(forged.findings())
                .extracting(Finding::toString)
                .contains("pruned: says what entry 300 does not", "tile/entries/000: is missing");
        assertThatThrownBy(() -> pruner().resume()).isInstanceOf(PruneRefusedException.class);
        try (AuditIndex index = index()) {
            assertThatThrownBy(() -> new AuditQuery(index).count(QueryFilter.all()))
                    .hasMessageContaining("run audit verify");
        }
        for (String bad : List.of("", "sluice-pruned/v1 other\n256\n300\n", "x\n256\n300\n")) {
            Files.writeString(folder.resolve("pruned"), bad);
            assertThat(verify().intact()).as(bad).isEqualTo(Verdict.FAILS);
        }
    }

    @Test
    void moreThanTheActSaysIsFound() throws IOException {
        prune(pruner().plan(to(300)));
        Files.delete(bundle(1));
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);
        Files.write(folder.resolve("pruned"), new PrunedPrefix(512, ENTRIES).bytes(EntryFixture.ORIGIN));
        assertThat(verify().findings()).extracting(Finding::toString).contains("pruned: says what entry 1200 does not");
    }

    /** An act that excuses more than it can know hides nothing: what it excuses is counted, and completeness left open. */
    @Test
    void whatTheActExcusesIsCounted() {
        append(records(ENTRIES + 5, ENTRIES + 10));
        PrunedAct plan = pruner().plan(to(700));
        prune(new PrunedAct(
                plan.from(),
                plan.to(),
                plan.root(),
                plan.bytes(),
                plan.digest(),
                plan.newest(),
                Map.of("events.ingress/1/0", 9_000_000_000_000_000L)));
        Verification verification = verify();
        assertThat(verification.complete()).isEqualTo(Verdict.OPEN);
        assertThat(verification.findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.startsWith("5 positions between entries that are kept have none"));
    }

    /** The act counts only as what the verb writes. */
    @Test
    void anActOfAnotherWriterExcusesNothing() throws IOException {
        PrunedAct plan = pruner().plan(to(300));
        append(List.of(ActEntry.of(
                        ActEntry.Code.LOG_PRUNED, "acme", "gateway", "CN=eve", NOW, plan.detail(EntryFixture.ORIGIN))
                .canonical()));
        Files.write(folder.resolve("pruned"), new PrunedPrefix(256, ENTRIES).bytes(EntryFixture.ORIGIN));
        Files.delete(bundle(0));
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);
    }

    /** A file whose act was made over another tree is believed by nobody, the index included. */
    @Test
    void anActOverAnotherRootExcusesNothing() throws IOException {
        PrunedAct plan = pruner().plan(to(300));
        PrunedAct other = new PrunedAct(
                plan.from(),
                plan.to(),
                TreeHashes.emptyRoot(),
                plan.bytes(),
                plan.digest(),
                plan.newest(),
                plan.last());
        append(List.of(ActEntry.of(
                        ActEntry.Code.LOG_PRUNED,
                        "acme",
                        PrunedAct.WRITER,
                        "CN=ada",
                        NOW,
                        other.detail(EntryFixture.ORIGIN))
                .canonical()));
        Files.write(folder.resolve("pruned"), new PrunedPrefix(256, ENTRIES).bytes(EntryFixture.ORIGIN));
        assertThat(verify().intact()).isEqualTo(Verdict.FAILS);
        assertThatThrownBy(() -> pruner().resume()).isInstanceOf(PruneRefusedException.class);
        try (AuditIndex index = index()) {
            assertThatThrownBy(() -> new AuditQuery(index).count(QueryFilter.all()))
                    .hasMessageContaining("run audit verify");
        }
    }

    /** A position that is missing behind the pruned part is found as ever. */
    @Test
    void aGapBehindThePrunedPartIsFound() throws IOException {
        append(List.of(record(ENTRIES + 5, null)));
        prune(pruner().plan(to(700)));
        Verification verification = verify();
        assertThat(verification.complete()).isEqualTo(Verdict.FAILS);
        assertThat(verification.findings())
                .extracting(Finding::message)
                .contains("positions 1200 to 1204 have no entry");
    }

    /** A report calls missing what a verification does, and no more, though some entries stand before their neighbours. */
    @Test
    void aReportKnowsWhatAVerificationExcuses() {
        List<byte[]> torn = records(ENTRIES, 1_278);
        torn.add(record(1_290, null)); // the last bundle that is pruned ends one behind it
        torn.addAll(records(1_278, 1_285));
        torn.addAll(records(1_286, 1_290));
        torn.addAll(records(1_291, 1_293));
        torn.addAll(records(1_294, 1_400));
        append(torn);
        String stays = "events.ingress/1/0/1293 has no entry";
        try (AuditIndex index = index()) {
            ReportDesk desk = new ReportDesk(index, new PolicyArchive(temp.resolve("archive")));
            assertThat(gaps(desk)).containsExactly("events.ingress/1/0/1285 has no entry", stays);

            PrunedAct act = pruner().plan(to(1_283));
            assertThat(act.to()).isEqualTo(1_280);
            assertThat(act.last()).containsValue(1_290L);
            Review review = review(desk);
            assertThat(Review.digest(desk.reviewed(review))).isEqualTo(review.report());
            long place = prune(act);
            assertThatThrownBy(() -> desk.reviewed(review))
                    .isInstanceOf(ReportRefusedException.class)
                    .hasMessageContaining("entries before 1280 were pruned, as entry " + place + " says");
            Review since = review(desk);
            assertThat(Review.digest(desk.reviewed(since))).isEqualTo(since.report());

            String pruned = "entries before 1280 were pruned, as entry " + place + " says";
            assertThat(gaps(desk)).as("one that saw them").containsExactly(pruned, stays);
            ReportDesk other = new ReportDesk(index, new PolicyArchive(temp.resolve("archive")));
            assertThat(gaps(other)).as("one that did not").containsExactly(pruned, stays);
        }
        assertThat(verify().findings().stream().filter(Finding::failure))
                .extracting(Finding::message)
                .containsExactly("position 1293 has no entry");
    }

    private static Review review(ReportDesk desk) {
        KeyPair pair = KeyUse.OFFICER.generate();
        return Review.sign(
                desk.make(ReportQuestion.of("activity", Map.of()), null, Long.MAX_VALUE),
                "alan",
                "",
                OfficerPublicKey.of(pair.getPublic()),
                pair.getPrivate(),
                NOW);
    }

    private static List<String> gaps(ReportDesk desk) {
        return desk.make(ReportQuestion.of("conservation", Map.of()), null, Long.MAX_VALUE)
                .basis()
                .gaps();
    }

    private Pruner pruner() {
        return new Pruner(folder, key.verifier(), () -> standing, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Retention to(long index) {
        return new Retention(index, null, FLOOR);
    }

    private long prune(PrunedAct plan) {
        return pruner().prune(
                        plan,
                        "acme",
                        "CN=ada",
                        Map.of("why", "schedule"),
                        entry -> append(List.of(entry.canonical())),
                        Duration.ZERO);
    }

    private Verification verify() {
        return LogVerifier.verify(
                folder, VerifierConfig.defaults().withKey(key.verifier()).withSince(SignedNote.parse(kept)));
    }

    private AuditIndex index() {
        return AuditIndex.open(indexConfig());
    }

    private AuditIndexConfig indexConfig() {
        return new AuditIndexConfig(temp.resolve("index.sqlite"), FileLogStore.source(folder), key.verifier());
    }

    private Path bundle(int index) {
        return folder.resolve("tile/entries/00" + index);
    }

    private void append(List<byte[]> entries) {
        try (AuditLog log = AuditLog.open(new AuditLogConfig(folder, key))) {
            log.append(entries, log.nextOffset() + entries.size());
        }
        assertThat(new LogReader(FileLogStore.source(folder))
                        .checkpoint(key.verifier())
                        .size())
                .isPositive();
    }

    private static List<byte[]> records(int from, int to) {
        List<byte[]> entries = new ArrayList<>();
        for (int i = from; i < to; i++) {
            entries.add(record(i, null));
        }
        return entries;
    }

    private static byte[] record(int i, @Nullable String subject) {
        Map<String, Object> json = new HashMap<>(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/0/" + i,
                "type",
                "io.sluice.audit.record",
                "recorded",
                START.plus(Duration.ofHours(i)).toString(),
                "outcome",
                Map.of("code", "decided")));
        if (subject != null) {
            json.put("subject", Map.of("ref", subject));
        }
        return CanonicalJson.bytes(json);
    }

    private static byte[] hold(String code, String id, @Nullable Instant until) {
        Map<String, Object> hold = new HashMap<>(Map.of("reason", "case 7", "by", "CN=ada", "since", START.toString()));
        if (until != null) {
            hold.put("until", until.toString());
        }
        return CanonicalJson.bytes(Map.of(
                "specversion",
                "1.0",
                "id",
                id,
                "type",
                "io.sluice.audit.act",
                "code",
                code,
                "recorded",
                START.plus(Duration.ofHours(1_600)).toString(),
                "detail",
                Map.of("subject", HELD, "hold", hold)));
    }
}
