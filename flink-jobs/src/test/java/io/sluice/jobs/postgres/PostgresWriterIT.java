package io.sluice.jobs.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.Choice;
import io.sluice.core.event.Notice;
import io.sluice.jobs.released.ReleasedEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer before a real server. */
@NullUnmarked // what is null here fails the test
class PostgresWriterIT {
    private static final String DEEP = "[".repeat(63) + "]".repeat(63);

    @TempDir
    Path folder;

    private TestDatabase database;

    @BeforeEach
    void aDatabaseOfItsOwn() throws Exception {
        database = TestDatabase.create(folder);
    }

    /** Whatever a view may legally be stands there byte for byte, so nothing that is released can hold the job up. */
    @Test
    void everyLegalViewStandsThereAsItIs() throws Exception {
        List<String> views = List.of(
                "{\"nul\":\"\\u0000\",\"half\":\"\\ud800\",\"b\":1,\"a\":2,\"a \":3}",
                "{\"n\":[1e300,1.50,0.10,-0,12345678901234567890123456789012345678901234567890]}",
                "{ \"spaces\" :\n\t[ ] }",
                "{\"text\":\"Žluťoučký 🐎 \u2028 \\\" ' \\\\ {NULL,\\\"x\\\"} $1 ? ::\"}",
                DEEP,
                "\"NULL\"",
                "null",
                "\"" + "x".repeat(900_000) + "\"");
        ReleasedEvent[] events = new ReleasedEvent[views.size()];
        for (int i = 0; i < events.length; i++) {
            events[i] = event("care", "r1_" + i, 0, i, null, views.get(i));
        }

        database.write(events);

        for (int i = 0; i < events.length; i++) {
            assertThat(database.query("SELECT data::text FROM sluice.care WHERE id = 'r1_" + i + "'"))
                    .containsExactly(views.get(i));
        }
    }

    @Test
    void anEventsEnvelopeHasItsColumns() throws Exception {
        TreeMap<String, String> attributes = attributes("r1_x", "s1_a");
        attributes.put("time", "2026-11-23T09:30:00.123456Z");
        attributes.put("datacontenttype", "application/json");
        attributes.put("sluicepolicy", "7");
        database.write(new ReleasedEvent("care", 2, 40, attributes, "{}".getBytes(UTF_8)));
        database.write(new ReleasedEvent("care", 2, 41, attributes("r1_y", null), new byte[] {0, 1, (byte) 0xff}));
        database.write(new ReleasedEvent("care", 2, 42, attributes("r1_z", null), null));

        assertThat(database.query(
                        "SELECT id, source, type, subject, time AT TIME ZONE 'UTC', datacontenttype, extensions, data,"
                                + " data_binary, kafka_partition, kafka_offset, notice FROM sluice.care ORDER BY id"))
                .containsExactly(
                        "r1_x urn:test test s1_a 2026-11-23 09:30:00.123456 application/json {\"sluicepolicy\":\"7\"} {}"
                                + " - 2 40 -",
                        "r1_y urn:test test - - - - - \\x0001ff 2 41 -",
                        "r1_z urn:test test - - - - - - 2 42 -");
    }

    @Test
    void aRowIsWrittenOnceAndTheLaterRecordOfAnIdStays() throws Exception {
        database.write(event("care", "r1_a", 0, 5, null, "1"), event("care", "r1_a", 0, 9, null, "2"));
        database.write(event("care", "r1_b", 0, 10, null, "3"));
        List<String> before = database.query("SELECT * FROM sluice.care ORDER BY id");
        assertThat(database.query("SELECT id, kafka_offset, data FROM sluice.care ORDER BY id"))
                .containsExactly("r1_a 9 2", "r1_b 10 3");

        database.write(event("care", "r1_a", 0, 5, null, "1"));
        database.write(event("care", "r1_a", 0, 9, null, "2"), event("care", "r1_b", 0, 10, null, "3"));

        assertThat(database.query("SELECT * FROM sluice.care ORDER BY id"))
                .as("nothing was touched, delivered_at included")
                .isEqualTo(before);
    }

    @Test
    void eachRecipientHasATable() throws Exception {
        String longest = "r".repeat(64);
        database.write(event("care-2", "r1_a", 0, 1, null, "1"), event(longest, "r1_b", 0, 1, null, "2"));

        assertThat(database.query("SELECT data FROM sluice.\"care-2\"")).containsExactly("1");
        assertThat(database.query("SELECT data FROM " + new RecipientTable("sluice", longest).qualified()))
                .containsExactly("2");
    }

    /** A notice marks what stands before it in its partition, whatever the order and number of writes. */
    @ParameterizedTest
    @EnumSource(
            value = Choice.Kind.class,
            names = {"WITHDRAWAL", "OBJECTION", "RESTRICTION"})
    void aNoticeMarksTheSubjectsRowsThatStandBeforeIt(Choice.Kind kind) throws Exception {
        ReleasedEvent[] events = {
            event("care", "r1_a", 0, 1, "s1_a", "1"),
            event("care", "r1_b", 0, 2, "s1_b", "2"),
            event("care", "r1_c", 1, 1, "s1_a", "3"),
            notice("r1_n", kind, 0, 3, "s1_a"),
            event("care", "r1_d", 0, 4, "s1_a", "4")
        };
        List<String> expected = List.of(
                "r1_a 1 %s 2026-11-23 10:00:00 3".formatted(kind.code()),
                "r1_b 2 - - -",
                "r1_c 3 - - -",
                "r1_d 4 - - -",
                "r1_n {\"kind\":\"%s\",\"purposes\":[\"newsletter\"]} - - -".formatted(kind.code()));
        String query =
                "SELECT id, data, notice, noticed_at AT TIME ZONE 'UTC', notice_offset FROM sluice.care ORDER BY id";

        database.write(events);
        assertThat(database.query(query)).isEqualTo(expected);
        database.write(events);
        for (ReleasedEvent event : events) {
            database.write(event);
        }
        assertThat(database.query(query)).isEqualTo(expected);

        database.run("DELETE FROM sluice.care");
        for (ReleasedEvent event : events) {
            database.write(event);
        }
        assertThat(database.query(query)).as("written one by one").isEqualTo(expected);
    }

    @Test
    void theLaterOfTwoNoticesStandsAlsoWhenTheEarlierComesAgain() throws Exception {
        ReleasedEvent first = notice("r1_m", Choice.Kind.RESTRICTION, 0, 3, "s1_a");
        database.write(event("care", "r1_a", 0, 1, "s1_a", "1"), first);
        database.write(notice("r1_n", Choice.Kind.WITHDRAWAL, 0, 5, "s1_a"));
        database.write(first);

        assertThat(database.query("SELECT notice FROM sluice.care WHERE id = 'r1_a'"))
                .containsExactly("withdrawal");
    }

    /** GDPR Art. 17 and 19: what was released before is emptied, and no write of any kind brings it back. */
    @Test
    void anErasureEmptiesTheSubjectsRowsForGood() throws Exception {
        ReleasedEvent old = event("care", "r1_a", 0, 1, "s1_a", "{\"name\":\"Ola\"}");
        ReleasedEvent told = notice("r1_m", Choice.Kind.RESTRICTION, 0, 2, "s1_a");
        ReleasedEvent others = event("care", "r1_b", 0, 3, "s1_b", "2");
        ReleasedEvent erasure = notice("r1_n", Choice.Kind.ERASURE, 0, 4, "s1_a");
        ReleasedEvent again = event("care", "r1_a", 0, 6, "s1_a", "{\"name\":\"Ola\"}");
        String query = "SELECT id, source, type, subject, time, datacontenttype, extensions, data, data_binary, notice,"
                + " notice_offset FROM sluice.care ORDER BY id";

        database.write(old, told, others);
        database.write(erasure);
        List<String> erased = database.query(query);

        assertThat(erased)
                .hasSize(4)
                .contains("r1_a - - - - - - - - erasure 4", "r1_m - - - - - - - - erasure 4")
                .anyMatch(row -> row.startsWith("r1_b urn:test test s1_b"))
                .anyMatch(row -> row.startsWith("r1_n urn:test io.sluice.notice.erasure s1_a"));
        database.write(old, told, others, erasure);
        database.write(again);
        database.write(notice("r1_o", Choice.Kind.WITHDRAWAL, 0, 7, "s1_a"));
        assertThat(database.query(query)).containsAll(erased);
        assertThat(String.join("\n", database.query("SELECT * FROM sluice.care")))
                .doesNotContain("Ola");
    }

    /** kill -9 between two flushes, and a server that is down when a flush begins. */
    @Test
    void aServerThatComesBackGetsWhatWaited() throws Exception {
        try (TestDatabase.Closing closing = new TestDatabase.Closing(TestDatabase.writer(database.config()))) {
            PostgresWriter writer = closing.writer();
            writer.write(event("care", "r1_a", 0, 1, null, "1"), null);
            writer.flush(false);
            TestDatabase.server().kill();
            writer.write(event("care", "r1_b", 0, 2, null, "2"), null);
            Thread back = new Thread(PostgresWriterIT::startAgain, "server");
            back.start();
            writer.flush(false);
            back.join();
        }

        assertThat(database.query("SELECT id FROM sluice.care ORDER BY id")).containsExactly("r1_a", "r1_b");
    }

    @Test
    void theWaitForAServerHasAnEndAndSaysWhere() throws Exception {
        PostgresConfig impatient = database.config(false, Duration.ofSeconds(2));
        try (TestDatabase.Closing closing = new TestDatabase.Closing(TestDatabase.writer(impatient))) {
            closing.writer().write(event("care", "r1_a", 0, 1, null, "1"), null);
            TestDatabase.server().kill();
            try {
                assertThatThrownBy(() -> closing.writer().flush(false))
                        .isInstanceOf(PostgresException.class)
                        .hasMessageContaining(TestDatabase.server().address());
            } finally {
                startAgain();
            }
            closing.writer().flush(false);
        }
        assertThat(database.query("SELECT id FROM sluice.care")).containsExactly("r1_a");
    }

    /** Least privilege: an administrator makes the tables, the role has no right to make any. */
    @Test
    void aRoleThatMayMakeNothingDeliversIntoTablesOfAnAdministrator() throws Exception {
        String role = database.config().user();
        database.run("REVOKE CREATE ON DATABASE " + role + " FROM " + role);
        assertThatThrownBy(() -> PostgresTables.prepare(database.config(), List.of("care")))
                .isInstanceOf(PostgresException.class)
                .hasMessageContaining("42501")
                .hasMessageContaining("sluice job deliver ddl");

        for (int times = 0; times < 2; times++) {
            for (String statement : PostgresTables.ddl(database.config(), List.of("care"))) {
                database.run(statement);
            }
        }
        database.write(event("care", "r1_a", 0, 1, "s1_a", "1"), notice("r1_n", Choice.Kind.ERASURE, 0, 2, "s1_a"));
        assertThat(database.query("SELECT id, notice FROM sluice.care ORDER BY id"))
                .containsExactly("r1_a erasure", "r1_n -");
        assertThatThrownBy(() -> database.write(event("research", "r1_b", 0, 1, null, "1")))
                .as("a recipient without a table is not left out in silence")
                .hasMessageContaining("42501")
                .hasMessageContaining("recipient research");
    }

    @Test
    void aSchemaThatTheRoleOwnsIsEnough() throws Exception {
        String role = database.config().user();
        database.run("REVOKE CREATE ON DATABASE " + role + " FROM " + role);
        database.run("CREATE SCHEMA sluice AUTHORIZATION " + role);

        database.write(event("care", "r1_a", 0, 1, null, "1"));

        assertThat(database.query("SELECT id FROM sluice.care")).containsExactly("r1_a");
    }

    @Test
    void whatIsNotSluicesIsLeftAlone() throws Exception {
        database.write();
        database.run("CREATE TABLE sluice.care (id text PRIMARY KEY, theirs text)");
        assertThatThrownBy(() -> database.write(event("care", "r1_a", 0, 1, null, "1")))
                .hasMessageContaining("\"sluice\".\"care\" is not one of Sluice's");

        database.run("UPDATE sluice.sluice_delivery SET tenant = 'other'");
        assertThatThrownBy(() -> PostgresTables.prepare(database.config(), List.of()))
                .hasMessageContaining("tenant other's");
        database.run("UPDATE sluice.sluice_delivery SET tenant = 'dev', layout = 2");
        assertThatThrownBy(() -> PostgresTables.prepare(database.config(), List.of()))
                .hasMessageContaining("newer version");
        database.run("DELETE FROM sluice.sluice_delivery");
        assertThatThrownBy(() -> PostgresTables.prepare(database.config(), List.of()))
                .hasMessageContaining("lost its row");
    }

    /** A position belongs to a database: in another one, all that came before would be missing. */
    @Test
    void anotherDatabaseIsNotWrittenTo() throws Exception {
        PostgresTables.prepare(database.config(), List.of("care"));
        PostgresWriter writer = new PostgresWriter(database.config(), UUID.randomUUID(), new SimpleCounter());
        try (TestDatabase.Closing closing = new TestDatabase.Closing(writer)) {
            closing.writer().write(event("care", "r1_a", 0, 1, null, "1"), null);
            assertThatThrownBy(() -> closing.writer().flush(false)).hasMessageContaining("Another database answers");
        }
        assertThat(database.query("SELECT id FROM sluice.care")).isEmpty();
    }

    @Test
    void aDatabaseThatCannotHoldEveryCharacterIsRefused() throws Exception {
        String role = database.config().user();
        database.run("CREATE DATABASE " + role + "_latin ENCODING 'LATIN1' TEMPLATE template0");
        PostgresConfig config = database.config();
        PostgresConfig latin = new PostgresConfig(
                config.servers(),
                role + "_latin",
                "sluice",
                role,
                config.passwordFile(),
                false,
                config.trust(),
                "dev",
                50,
                Duration.ZERO);

        assertThatThrownBy(() -> PostgresTables.prepare(latin, List.of())).hasMessageContaining("LATIN1");
    }

    @Test
    void tlsIsUsedAndTheServersNameAndAuthorityAreChecked() throws Exception {
        PostgresConfig tls = database.config(true, Duration.ZERO);
        PostgresTables.prepare(tls, List.of());
        try (var connection = new Database(tls).connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            assertThat(row.getBoolean(1)).isTrue();
        }

        PostgresConfig mistrusting = new PostgresConfig(
                tls.servers(),
                tls.database(),
                tls.schema(),
                tls.user(),
                tls.passwordFile(),
                true,
                database.otherTrust.toString(),
                "dev",
                50,
                Duration.ZERO);
        assertThatThrownBy(() -> PostgresTables.prepare(mistrusting, List.of())).isInstanceOf(PostgresException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", ""})
    void aWrongPasswordIsToldAtOnceAndNotShown(String password) throws Exception {
        Files.writeString(Path.of(database.config().passwordFile()), password);

        assertThatThrownBy(() -> PostgresTables.prepare(database.config(), List.of()))
                .isInstanceOf(PostgresException.class)
                .hasMessageContaining(database.config().user())
                .satisfies(e -> assertThat(((PostgresException) e).passing()).isFalse());
    }

    /** What the server says of a row must not bring the row into a log. */
    @Test
    void aFaultQuotesNoView() throws Exception {
        database.write(event("care", "r1_a", 0, 1, null, "1"));
        database.run("ALTER TABLE sluice.care ADD CHECK (data::text NOT LIKE '%Ola%')");

        assertThatThrownBy(() -> database.write(event("care", "r1_b", 3, 17, null, "{\"name\":\"Ola\"}")))
                .hasMessageContaining("recipient care, from partition 3 offset 17")
                .hasMessageContaining("23514")
                .satisfies(e -> {
                    for (Throwable at = e; at != null; at = at.getCause()) {
                        assertThat(at.toString()).doesNotContain("Ola");
                    }
                });
    }

    private static void startAgain() {
        try {
            TestDatabase.server().startAgain();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ReleasedEvent notice(String id, Choice.Kind kind, int partition, long offset, String subject) {
        TreeMap<String, String> attributes = attributes(id, subject);
        attributes.put("type", Notice.type(kind));
        attributes.put("time", "2026-11-23T10:00:00.000000Z");
        byte[] data = new Notice(kind, List.of("newsletter")).toBytes();
        return new ReleasedEvent("care", partition, offset, attributes, data);
    }

    private static ReleasedEvent event(
            String recipient, String id, int partition, long offset, String subject, String data) {
        return new ReleasedEvent(recipient, partition, offset, attributes(id, subject), data.getBytes(UTF_8));
    }

    private static TreeMap<String, String> attributes(String id, String subject) {
        TreeMap<String, String> attributes =
                new TreeMap<>(Map.of("specversion", "1.0", "id", id, "source", "urn:test", "type", "test"));
        if (subject != null) {
            attributes.put("subject", subject);
        }
        return attributes;
    }
}
