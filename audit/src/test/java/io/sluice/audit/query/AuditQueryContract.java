package io.sluice.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexPlace;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogFiles;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.LogSource;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.core.decision.Disposition;
import io.sluice.core.encoding.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an index answers, wherever it is. */
abstract class AuditQueryContract {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    final SigningKey key = EntryFixture.newKey();

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    AuditIndex index;

    @SuppressWarnings("NullAway.Init")
    AuditQuery query;

    /** Where the index of this test is; the same at every call. */
    abstract IndexPlace place();

    /** A statement that never ends. */
    static final String ENDLESS =
            "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

    /** What the database says at the limit of a question. */
    abstract String interrupted();

    /** Drops the index with all that belongs to it. */
    abstract void drop() throws Exception;

    /** Runs a statement as somebody who edits the index. */
    abstract void edit(String sql) throws SQLException;

    @BeforeEach
    void open() {
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            entries.add(record(i));
        }
        entries.add(EntryFixture.act("0199-1", "heartbeat"));
        EntryFixture.write(folder.resolve("log"), key, entries);
        index = AuditIndex.open(config(folder.resolve("log")));
        query = new AuditQuery(index);
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void findsByEachField() {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        assertThat(query.count(QueryFilter.all().withSubject("s1_7"))).isEqualTo(60);
        assertThat(query.count(QueryFilter.all().withDataset("orders"))).isEqualTo(300);
        assertThat(query.count(QueryFilter.all().withProducer("webshop"))).isEqualTo(600);
        assertThat(query.count(QueryFilter.all(), 10))
                .as("under a checkpoint of before")
                .isEqualTo(10);
        assertThat(query.count(QueryFilter.all().withProducer("other"))).isZero();
        assertThat(query.count(QueryFilter.all().withRecipient("research"))).isEqualTo(600);
        assertThat(query.count(QueryFilter.all().withDisposition(Disposition.RELEASE)))
                .isEqualTo(600);
        assertThat(query.count(QueryFilter.all().withRecipient("research").withDisposition(Disposition.RELEASE)))
                .isEqualTo(200);
        assertThat(query.count(QueryFilter.all().withEntryId("events.ingress/1/0/42")))
                .isEqualTo(1);
        assertThat(query.count(QueryFilter.all().withCode("heartbeat"))).isEqualTo(1);
        assertThat(query.count(QueryFilter.all().withCode("decided"))).isEqualTo(600);
        assertThat(query.count(QueryFilter.all().withCode("view-too-large"))).isEqualTo(200);
        assertThat(query.count(QueryFilter.all().between(Instant.MIN, Instant.MAX)))
                .isEqualTo(query.count(QueryFilter.all()));
        assertThat(query.count(QueryFilter.all().between(Instant.MAX, null))).isZero();
        assertThat(query.count(QueryFilter.all().between(START.plusSeconds(10), START.plusSeconds(20))))
                .isEqualTo(10);
        assertThat(query.count(QueryFilter.all().withRevision(1))).isEqualTo(400);
        assertThat(query.count(QueryFilter.all().withRevision(2).withDataset("orders")))
                .isEqualTo(100);
        assertThat(query.count(QueryFilter.all().withRevision(3))).isZero();
        assertThat(query.count(QueryFilter.all().withRule("no-consent"))).isEqualTo(200);
        assertThat(query.count(QueryFilter.all().withRule("objection"))).isEqualTo(100);
        assertThat(query.count(QueryFilter.all().withRule("no-consent").withRecipient("care")))
                .as("it decided about another one")
                .isZero();
        assertThat(query.count(QueryFilter.all().withRule("no-consent").withDisposition(Disposition.RELEASE)))
                .isZero();
        assertThat(query.count(QueryFilter.all().withRule("no-consent").withDisposition(Disposition.WITHHOLD)))
                .isEqualTo(200);
        assertThat(query.count(QueryFilter.all().withSubject("s1_7").withDataset("orders")))
                .isZero();
        assertThat(query.count(QueryFilter.all().withSubject("' or 1=1 --"))).isZero();
    }

    /** What a record was asked as stands once in the index, whoever it is about; the index is made from the log alone. */
    @Test
    void tellsWhatThePolicyWasAskedAboutWhomAndHowOften() {
        Told all = asked(null);
        assertThat(all.inputs()).hasSize(4).doesNotHaveDuplicates().contains("{\"dataset\":\"orders\",\"day\":\"0\"}");
        assertThat(all.records()).hasSize(20).allMatch(records -> records == 30);
        assertThat(all.subjects()).hasSize(10).doesNotContain(0L);

        assertThat(asked(Instant.MIN)).isEqualTo(all);
        assertThat(asked(Instant.MAX).inputs()).isEmpty();
        Told last = asked(START.plusSeconds(599));
        assertThat(last.records()).containsExactly(1L);
        assertThat(all.subjects()).containsAll(last.subjects());

        index.rebuild();
        assertThat(asked(null).inputs()).containsExactlyInAnyOrderElementsOf(all.inputs());
    }

    private record Told(List<String> inputs, Set<Long> subjects, List<Long> records) {}

    private Told asked(@Nullable Instant since) {
        Told told = new Told(new ArrayList<>(), new TreeSet<>(), new ArrayList<>());
        new DecisionInputs(index).forEach(since, null, new DecisionInputs.Asked() {
            @Override
            public void input(String json) {
                told.inputs().add(json);
            }

            @Override
            public void records(long subject, long records) {
                told.subjects().add(subject);
                told.records().add(records);
            }
        });
        return told;
    }

    @Test
    void pagesInTheOrderOfTheLog() {
        List<Long> places = new ArrayList<>();
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            QueryPage page = query.find(QueryFilter.all().withDataset("orders"), next.getAsLong(), 70);
            assertThat(page.logSize()).isEqualTo(601);
            page.entries().forEach(found -> {
                assertThat(found.entry().path("dataset").asText()).isEqualTo("orders");
                places.add(found.index());
            });
            next = page.next();
        }
        assertThat(places).hasSize(300).isSorted().doesNotHaveDuplicates();
        assertThatThrownBy(() -> query.find(QueryFilter.all(), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query.find(QueryFilter.all(), 1_001)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The entry's own, its reason, a recipient's; each entry once, also where a code stands in two places. */
    @Test
    void pagesByACodeWhereverItStands() {
        for (String code : List.of("decided", "view-too-large", "heartbeat", "none")) {
            for (QueryFilter filter : List.of(
                    QueryFilter.all().withCode(code),
                    QueryFilter.all().withCode(code).withDataset("orders").withRecipient("research"))) {
                List<Long> forward = new ArrayList<>();
                for (OptionalLong at = OptionalLong.of(0); at.isPresent(); ) {
                    QueryPage page = query.find(filter, at.getAsLong(), 70);
                    forward.addAll(places(page));
                    at = page.next();
                }
                List<Long> backward = new ArrayList<>();
                for (OptionalLong at = OptionalLong.of(Long.MAX_VALUE); at.isPresent(); ) {
                    QueryPage page = query.findLatest(filter, at.getAsLong(), 70);
                    backward.addAll(places(page));
                    at = page.next();
                }
                assertThat(forward).as(code).isSorted().doesNotHaveDuplicates();
                assertThat((long) forward.size()).as(code).isEqualTo(query.count(filter));
                java.util.Collections.reverse(backward);
                assertThat(backward).as(code).isEqualTo(forward);
            }
        }
    }

    @Test
    void followsTheLogAndSurvivesReopening() {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        EntryFixture.write(folder.resolve("log"), key, List.of(record(600), record(601)));
        assertThat(query.count(QueryFilter.all())).isEqualTo(603);
        index.close();
        index = AuditIndex.open(config(folder.resolve("log")));
        query = new AuditQuery(index);
        assertThat(query.count(QueryFilter.all())).isEqualTo(603);
    }

    /** A stop does not wait until a long log is indexed. */
    @Test
    void closingEndsAnIndexingThatIsUnderWay() throws Exception {
        LogSource files = FileLogStore.source(folder.resolve("log"));
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> bundles = new CopyOnWriteArrayList<>();
        AuditIndex building = AuditIndex.open(new AuditIndexConfig(
                place(),
                path -> {
                    if (path.contains("entries")) {
                        bundles.add(path);
                        reading.countDown();
                        awaited(goOn);
                    }
                    return files.read(path);
                },
                key.verifier()));
        index.close();
        CompletableFuture<?> built = CompletableFuture.runAsync(building::catchUp);
        assertThat(reading.await(1, TimeUnit.MINUTES)).isTrue();
        assertThatThrownBy(building::catchUp).as("nobody waits for it").satisfies(notReady());
        Thread closing = new Thread(building::close);
        closing.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> closing.getState() == Thread.State.WAITING);
        goOn.countDown();

        assertThatThrownBy(() -> built.get(1, TimeUnit.MINUTES)).hasRootCauseInstanceOf(IndexException.class);
        closing.join(60_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(bundles).hasSize(1);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aQuestionThatTakesTooLongIsInterrupted() throws Exception {
        query.count(QueryFilter.all());
        try (AuditIndex hurried = AuditIndex.open(config(folder.resolve("log")), Duration.ofMillis(50));
                Connection connection = hurried.reader();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery(ENDLESS))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(interrupted())
                    .satisfies(fault -> assertThat(new IndexException("asked", fault).fault())
                            .isEqualTo(IndexException.Fault.TOO_LONG));
        }
    }

    @Test
    void canBeDroppedAndBuiltAgain() throws Exception {
        QueryPage before = query.find(QueryFilter.all().withSubject("s1_3"), 1_000);
        index.rebuild();
        assertThat(places(query.find(QueryFilter.all().withSubject("s1_3"), 1_000)))
                .isEqualTo(places(before));
        index.close();
        drop();
        index = AuditIndex.open(config(folder.resolve("log")));
        assertThat(places(new AuditQuery(index).find(QueryFilter.all().withSubject("s1_3"), 1_000)))
                .isEqualTo(places(before));
    }

    /** In a server somebody builds apart; a question that came in a rebuild's way would hold its worker for all of it. */
    @Test
    void aQuestionWithALimitDoesNotBuildTheIndex() throws Exception {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        index.close();
        drop();
        index = AuditIndex.open(config(folder.resolve("log")), Duration.ofMinutes(1));
        AuditQuery served = new AuditQuery(index);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> served.count(QueryFilter.all()))
                    .hasMessageContaining("0 of 601 entries")
                    .satisfies(notReady());
            assertThatThrownBy(() -> served.find(QueryFilter.all(), 10)).satisfies(notReady());
        }

        index.catchUp();

        assertThat(served.count(QueryFilter.all())).isEqualTo(601);
        EntryFixture.write(folder.resolve("log"), key, List.of(record(600), record(601)));
        assertThat(served.count(QueryFilter.all())).as("what is new is little").isEqualTo(603);
    }

    @Test
    void startsAnewWhereTheLogIsAnother() {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        index.close();
        List<byte[]> other = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            other.add(record(i + 1));
        }
        EntryFixture.write(folder.resolve("other"), key, other);
        index = AuditIndex.open(config(folder.resolve("other")));
        assertThat(new AuditQuery(index).count(QueryFilter.all())).isEqualTo(700);
    }

    /** Another process indexes more of a log that grows, after this one has read how long it is: nothing is dropped. */
    @Test
    void whatAnotherIndexedMeanwhileIsKept() throws Exception {
        query.catchUp();
        edit("update entry set id = 'as it was' where idx = 3");
        LogSource files = FileLogStore.source(folder.resolve("log"));
        AtomicBoolean grows = new AtomicBoolean(true);
        LogSource growing = path -> {
            Optional<byte[]> before = files.read(path);
            if (path.equals(LogFiles.CHECKPOINT) && grows.getAndSet(false)) {
                EntryFixture.write(folder.resolve("log"), key, List.of(record(601), record(602)));
                query.catchUp();
            }
            return before;
        };
        try (AuditIndex late = AuditIndex.open(new AuditIndexConfig(place(), growing, key.verifier()))) {
            assertThat(late.catchUp().size()).isEqualTo(603);
            assertThat(new AuditQuery(late).count(QueryFilter.all().withEntryId("as it was")))
                    .isEqualTo(1);
        }
    }

    /** Else two machines whose copies lag behind each other would take turns in dropping the index. */
    @Test
    void aCopyOfTheLogThatLagsBehindIsRefused() throws Exception {
        EntryFixture.write(folder.resolve("copy"), key, List.of(record(1)));
        query.catchUp();
        edit("update entry set id = 'as it was' where idx = 3");
        try (AuditIndex behind = AuditIndex.open(config(folder.resolve("copy")))) {
            assertThatThrownBy(behind::catchUp)
                    .hasMessageContaining("the log has 1 entries")
                    .hasMessageContaining("was made of 601")
                    .satisfies(notReady());
        }
        assertThat(query.count(QueryFilter.all().withEntryId("as it was"))).isEqualTo(1);
    }

    static Consumer<Throwable> notReady() {
        return fault -> assertThat(((IndexException) fault).fault()).isEqualTo(IndexException.Fault.NOT_READY);
    }

    /** Another process builds the index anew: half of the entries are not given as all of them. */
    @Test
    void whatIsHalfBuiltIsNotGivenAsWhole() throws Exception {
        Checkpoint all = query.catchUp();
        edit("delete from entry where idx >= 300");
        edit("update meta set size = 300");

        assertThatThrownBy(() -> query.forEach(QueryFilter.all(), all, found -> {}))
                .hasMessageContaining("the 601 entries")
                .satisfies(notReady());
        assertThatThrownBy(() -> query.ids(0, 601)).satisfies(notReady());
        assertThatThrownBy(() -> new Tallies(index).totals()).satisfies(notReady());
        assertThat(query.ids(298, 300)).hasSize(2);
    }

    @Test
    void findsTheNewestOfACode() {
        assertThat(query.newest("decided").orElseThrow().index()).isEqualTo(599);
        assertThat(query.newest("heartbeat").orElseThrow().index()).isEqualTo(600);
        assertThat(query.newest("view-too-large"))
                .as("a recipient's, not the entry's own")
                .isEmpty();
        assertThat(query.newest("never")).isEmpty();
    }

    @Test
    void refusesEntriesThatWereNotSigned() throws Exception {
        List<byte[]> forged = new ArrayList<>();
        for (int i = 0; i < 601; i++) {
            forged.add(record(i + 1));
        }
        EntryFixture.write(folder.resolve("forged"), key, forged);
        Files.copy(
                folder.resolve("forged/tile/entries/000"),
                folder.resolve("log/tile/entries/000"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> query.count(QueryFilter.all()))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("audit verify");
        Files.delete(folder.resolve("log/tile/entries/000"));
        assertThatThrownBy(() -> query.count(QueryFilter.all()))
                .as("it rests, and does not read them all again")
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("not those of the signed checkpoint");
    }

    /** One machine's altered copy costs the others no more than what that one has indexed of it. */
    @Test
    void whatWasIndexedBeforeAlteredEntriesIsKept() throws Exception {
        query.catchUp();
        edit("update entry set id = 'as it was' where idx = 3");
        EntryFixture.write(folder.resolve("log"), key, List.of(record(601), record(602)));
        LogSource files = FileLogStore.source(folder.resolve("log"));
        LogSource altered = path -> files.read(path)
                .map(bytes -> path.startsWith("tile/entries/002")
                        ? new String(bytes, StandardCharsets.ISO_8859_1)
                                .replace("webshop", "webshot")
                                .getBytes(StandardCharsets.ISO_8859_1)
                        : bytes);
        try (AuditIndex copy = AuditIndex.open(new AuditIndexConfig(place(), altered, key.verifier()))) {
            assertThatThrownBy(copy::catchUp).hasMessageContaining("not those of the signed checkpoint");
        }
        assertThat(query.count(QueryFilter.all().withProducer("webshop"))).isEqualTo(602);
        assertThat(query.count(QueryFilter.all().withEntryId("as it was"))).isEqualTo(1);
    }

    /** Another version's tables, or those of somebody who edited them, are made anew. */
    @Test
    void anotherVersionIsBuiltAnew() throws Exception {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        index.close();
        edit("delete from entry");
        editVersion(3);
        index = AuditIndex.open(config(folder.resolve("log")));
        assertThat(new AuditQuery(index).count(QueryFilter.all())).isEqualTo(601);
    }

    /** Else processes of two releases would take turns in dropping each other's tables. */
    @Test
    void aNewerVersionIsRefused() throws Exception {
        query.catchUp();
        editVersion(1_000);
        assertThatThrownBy(() -> {
                    try (AuditIndex older = AuditIndex.open(config(folder.resolve("log")))) {
                        older.catchUp();
                    }
                })
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("is of version 1000, and this release makes");
        assertThat(new Tallies(index).totals().codes()).containsEntry("decided", 600L);
    }

    /** Sets the version of the tables. */
    abstract void editVersion(int version) throws SQLException;

    /** A root that is not the log's: the index is of another log, whatever it says. */
    @Test
    void anEditedRootIsBuiltAnew() throws Exception {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        edit("delete from entry where idx = 7");
        edit("update meta set root = 'edited'");
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
    }

    /** What a builder that died did not finish is made by the next one: here the indexes, and the last entries. */
    @Test
    void aHalfBuiltIndexIsFinished() throws Exception {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        index.close();
        edit("drop index entry_subject");
        edit("delete from entry where idx >= 256");
        edit("update meta set size = 256, root = '"
                + new LogReader(FileLogStore.source(folder.resolve("log")))
                        .root(256, 601)
                        .toBase64() + "'");
        index = AuditIndex.open(config(folder.resolve("log")));
        query = new AuditQuery(index);
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        edit("drop index entry_subject"); // it is there
    }

    @Test
    void twoBuildersMakeOneIndex() throws Exception {
        index.close();
        drop();
        try (AuditIndex one = AuditIndex.open(config(folder.resolve("log")));
                AuditIndex other = AuditIndex.open(config(folder.resolve("log")))) {
            CompletableFuture<?> both = CompletableFuture.allOf(
                    CompletableFuture.runAsync(one::catchUp), CompletableFuture.runAsync(other::catchUp));
            both.get(1, TimeUnit.MINUTES);
            assertThat(new AuditQuery(one).count(QueryFilter.all())).isEqualTo(601);
            assertThat(new AuditQuery(other)
                            .find(QueryFilter.all().withRecipient("care"), 1_000)
                            .entries())
                    .hasSize(600);
        }
    }

    @Test
    void countsWhatBecameOfRecords() {
        query.catchUp();
        Tallies tallies = new Tallies(index);
        Tallies.Totals totals = tallies.totals();
        assertThat(totals.recipients().get("care")).isEqualTo(Map.of("release", 600L));
        assertThat(totals.recipients().get("research"))
                .isEqualTo(Map.of("release", 200L, "withhold", 200L, "quarantine", 200L));
        assertThat(totals.codes()).isEqualTo(Map.of("decided", 600L, "heartbeat", 1L));
        assertThat(totals.first()).isEqualTo(START);
        assertThat(totals.last()).isEqualTo(START.plusSeconds(599));
        assertThat(tallies.records(START, Duration.ofSeconds(100), 7))
                .containsExactly(100L, 100L, 100L, 100L, 100L, 100L, 0L);
        assertThat(tallies.flow(START.plusSeconds(300), Duration.ofSeconds(150), 3))
                .containsExactly(
                        new Tallies.Flow(150, 200, 50, 50),
                        new Tallies.Flow(150, 200, 50, 50),
                        new Tallies.Flow(0, 0, 0, 0));
        assertThat(query.ids(598, 601)).containsExactly("events.ingress/1/0/598", "events.ingress/1/0/599", "0199-1");
    }

    private static String incompressible() {
        byte[] random = new byte[10_000];
        new java.util.Random(7).nextBytes(random);
        return java.util.HexFormat.of().formatHex(random);
    }

    /** Whoever may write to the topic can name a thing as no database would: no name stops the index. */
    @Test
    void namesMayBeLongAndStrange() {
        String strange = "a\u0000\u0001\u00010'\"\\" + incompressible();
        EntryFixture.write(
                folder.resolve("log"),
                key,
                List.of(CanonicalJson.bytes(Map.of(
                        "specversion",
                        "1.0",
                        "id",
                        strange,
                        "type",
                        "io.sluice.audit.act",
                        "code",
                        strange,
                        "time",
                        "?"))));
        query.catchUp();
        assertThat(query.ids(601, 602)).containsExactly(strange);
        assertThat(query.count(QueryFilter.all().withEntryId(strange))).isEqualTo(1);
        assertThat(query.count(QueryFilter.all().withCode(strange))).isEqualTo(1);
        assertThat(query.count(QueryFilter.all().withCode(strange + "x"))).isZero();
        assertThat(new Tallies(index).totals().codes()).containsEntry(strange, 1L);
    }

    @Test
    void provesWhatItFinds() {
        String proof = query.proof(42);
        assertThat(proof)
                .startsWith("c2sp.org/tlog-proof@v1\nindex 42\n")
                .contains("\n\n" + EntryFixture.ORIGIN + "\n601\n");
    }

    private static List<Long> places(QueryPage page) {
        return page.entries().stream().map(QueryPage.Found::index).toList();
    }

    final AuditIndexConfig config(Path log) {
        return new AuditIndexConfig(place(), FileLogStore.source(log), key.verifier());
    }

    static byte[] record(int i) {
        String research = List.of("release", "withhold", "quarantine").get(i % 3);
        Map<String, Object> researchOutcome = research.equals("quarantine")
                ? Map.of("id", "research", "disposition", research, "code", "view-too-large")
                : research.equals("withhold")
                        ? Map.of("id", "research", "disposition", research, "reasons", reasons(i))
                        : Map.of("id", "research", "disposition", research);
        Map<String, Object> entry = new TreeMap<>(Map.of(
                "specversion",
                "1.0",
                "id",
                "events.ingress/1/0/" + i,
                "type",
                "io.sluice.audit.record",
                "time",
                START.plusSeconds(i).toString(),
                "dataset",
                i % 2 == 0 ? "orders" : "fhir-patient",
                "producer",
                "webshop",
                "subject",
                Map.of("ref", "s1_" + i % 10),
                "outcome",
                Map.of("code", "decided"),
                "input",
                Map.of("dataset", i % 2 == 0 ? "orders" : "fhir-patient", "day", "" + i / 300),
                "recipients",
                List.of(Map.of("id", "care", "disposition", "release"), researchOutcome)));
        entry.put("policy", Map.of("revision", i < 400 ? 1 : 2));
        return CanonicalJson.bytes(entry);
    }

    private static List<Map<String, String>> reasons(int i) {
        Map<String, String> consent = Map.of("rule", "no-consent", "clause", "GDPR Art. 7(3)");
        return i % 2 == 0 ? List.of(consent) : List.of(consent, Map.of("rule", "objection", "clause", "GDPR Art. 21"));
    }
}
