package io.sluice.audit.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexPlace;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.core.cluster.PostgresAddress;
import io.sluice.postgresdev.DevPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a schema of a real server, by a role that owns nothing else, over TLS. */
class AuditQueryPostgresIT extends AuditQueryContract {
    @TempDir
    static Path shared;

    @SuppressWarnings("NullAway.Init")
    private static DevPostgres server;

    @SuppressWarnings("NullAway.Init")
    private static PkiFiles pki;

    private final String schema = "t" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() throws Exception {
        if (!DevPostgres.isInstalled()) {
            String install = "PostgreSQL is not installed; on Debian: apt-get install postgresql";
            assertThat(System.getenv("CI")).as(install).isNotEqualTo("true");
            Assumptions.abort(install);
        }
        pki = DevPki.openOrCreate(shared.resolve("pki"), java.time.Clock.systemUTC());
        var identity = pki.identity(DevIdentity.AUDIT);
        server = DevPostgres.start(identity.chain(), identity.key());
        Files.writeString(shared.resolve("password"), "of-the-index\n");
        asAdmin("postgres", "create database sluice");
        asAdmin("postgres", "create role sluice_audit login password 'of-the-index'");
        asAdmin("postgres", "grant create on database sluice to sluice_audit");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    IndexPlace place() {
        return place(shared.resolve("password"));
    }

    private IndexPlace place(Path password) {
        return new IndexPlace.PostgresSchema(new PostgresAddress(
                server.address().replace("127.0.0.1", "localhost"),
                "sluice",
                schema,
                "sluice_audit",
                password.toString(),
                true,
                pki.trust().toString()));
    }

    @Override
    String interrupted() {
        return "statement timeout";
    }

    @Override
    void drop() throws SQLException {
        edit("drop schema if exists " + schema + " cascade");
    }

    @Override
    void edit(String sql) throws SQLException {
        asAdmin("sluice", "set search_path = " + schema + "; " + sql);
    }

    @Override
    void editVersion(int version) throws SQLException {
        edit("update sluice_index set version = " + version);
    }

    private static Connection admin(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.address() + "/" + database, DevPostgres.ADMIN, server.password());
    }

    private static void asAdmin(String database, String sql) throws SQLException {
        try (Connection connection = admin(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A question fails while there is no server, says so, and is answered when there is one again: nothing starts anew. */
    @Test
    void aServerThatIsGoneIsSaidAndComesBack() throws Exception {
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
        server.kill();
        try {
            assertThatThrownBy(() -> query.count(QueryFilter.all()))
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("PostgreSQL at localhost:")
                    .matches(fault -> ((IndexException) fault).fault() == IndexException.Fault.UNAVAILABLE);
            try (AuditIndex started = AuditIndex.open(config(folder.resolve("log")))) { // a room starts without it
                assertThatThrownBy(started::catchUp).isInstanceOf(IndexException.class);
            }
        } finally {
            server.startAgain();
        }
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
    }

    @Test
    void aQuestionAfterADropIsToldAndSomebodyElseBuilds() throws Exception {
        try (AuditIndex running = AuditIndex.open(config(folder.resolve("log")), Duration.ofMinutes(1))) {
            running.catchUp();
            AuditQuery asked = new AuditQuery(running);
            assertThat(asked.count(QueryFilter.all())).isEqualTo(601);
            drop();
            assertThatThrownBy(() -> asked.count(QueryFilter.all()))
                    .isInstanceOf(IndexException.class)
                    .matches(fault -> ((IndexException) fault).fault() == IndexException.Fault.NOT_READY);
            running.catchUp();
            assertThat(asked.count(QueryFilter.all())).isEqualTo(601);
        }
    }

    /** A table's statistics are made with its indexes and no more: each command would else look at all rows. */
    @Test
    void statisticsAreMadeOnceAndOfItsOwnTables() throws Exception {
        query.catchUp();
        String analyzed = "select coalesce(sum(analyze_count), 0) from pg_stat_user_tables where schemaname = '"
                + schema + "' and relname = 'entry'";
        try (Connection admin = admin("sluice");
                Statement statement = admin.createStatement()) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(number(statement, analyzed)).isEqualTo(1));
            String sessions = "select count(*) from pg_stat_activity where application_name = 'sluice-audit-index'";
            long before = number(statement, sessions);
            try (AuditIndex command = AuditIndex.open(config(folder.resolve("log")))) {
                command.catchUp();
            }
            // what a session did is counted before it is gone
            Awaitility.await()
                    .untilAsserted(() -> assertThat(number(statement, sessions)).isLessThanOrEqualTo(before));
            assertThat(number(statement, analyzed)).isEqualTo(1);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void aWrongPasswordIsNamed() throws Exception {
        Path wrong = Files.writeString(folder.resolve("password"), "wrong");
        AuditIndexConfig config =
                new AuditIndexConfig(place(wrong), FileLogStore.source(folder.resolve("log")), key.verifier());
        try (AuditIndex refused = AuditIndex.open(config)) {
            assertThatThrownBy(refused::catchUp)
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("audit.postgresql.passwordFile");
        }
    }

    /** Somebody else's tables, or another log's index, are not dropped. */
    @Test
    void takesNoSchemaThatIsNotItsOwn() throws Exception {
        edit("create schema " + schema + " authorization sluice_audit");
        edit("create table entry (mine text)");
        assertThatThrownBy(() -> query.catchUp())
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("audit.postgresql.schema");
        edit("drop table entry");
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);

        SigningKey other = SigningKey.generate("sluice.dev/audit/other/0", new SecureRandom());
        AuditIndexConfig config =
                new AuditIndexConfig(place(), FileLogStore.source(folder.resolve("log")), other.verifier());
        EntryFixture.write(folder.resolve("other"), other, List.of(record(1)));
        try (AuditIndex another = AuditIndex.open(
                new AuditIndexConfig(config.place(), FileLogStore.source(folder.resolve("other")), other.verifier()))) {
            assertThatThrownBy(another::catchUp)
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("holds the index of the log " + EntryFixture.ORIGIN);
        }
        assertThat(query.count(QueryFilter.all())).isEqualTo(601);
    }

    /** One builds, the other says that it waits; readers may not write. */
    @Test
    void oneBuildsAtATime() throws Exception {
        try (Connection holder = admin("sluice");
                Statement statement = holder.createStatement()) {
            query.catchUp();
            try (ResultSet locks =
                    statement.executeQuery("select count(*) from pg_locks where locktype = 'advisory'")) {
                locks.next();
                assertThat(locks.getInt(1))
                        .as("the lock goes with the building")
                        .isZero();
            }
            io.sluice.audit.index.IndexLocks.hold(statement, schema);
            EntryFixture.write(folder.resolve("log"), key, List.of(record(600)));
            assertThatThrownBy(() -> query.catchUp())
                    .isInstanceOf(IndexException.class)
                    .hasMessageContaining("another process is building")
                    .satisfies(notReady());
        }
        assertThat(query.count(QueryFilter.all())).isEqualTo(602);
        try (Connection reader = index.reader();
                Statement statement = reader.createStatement()) {
            assertThatThrownBy(() -> statement.execute("delete from entry"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");
        }
    }
}
