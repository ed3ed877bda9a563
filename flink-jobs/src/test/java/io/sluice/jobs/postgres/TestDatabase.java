package io.sluice.jobs.postgres;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PemIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.jobs.protect.TestKeys;
import io.sluice.jobs.released.ReleasedEvent;
import io.sluice.postgresdev.DevPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;

/** A database of its own on the one server of this JVM, with a role that may make a schema in it and nothing else. */
@NullUnmarked // what is null here fails the test
public final class TestDatabase {
    private static DevPostgres server;
    private static PkiFiles pki;

    private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final Path passwordFile;
    final Path trust;
    final Path otherTrust;

    private TestDatabase(Path folder) throws IOException {
        this.passwordFile = Files.writeString(folder.resolve(name + ".password"), "of-" + name + "\n");
        this.trust = pki.trust();
        this.otherTrust = pki.otherTrust();
    }

    /** Makes one; skips the test where PostgreSQL is not installed. */
    public static synchronized TestDatabase create(Path folder) throws IOException, SQLException {
        Assumptions.assumeTrue(
                DevPostgres.isInstalled(), "PostgreSQL is not installed; on Debian: apt-get install postgresql");
        if (server == null) {
            pki = TestKeys.pki();
            PemIdentity identity = pki.identity(DevIdentity.AUDIT);
            server = DevPostgres.start(identity.chain(), identity.key());
        }
        TestDatabase database = new TestDatabase(folder);
        try (Connection admin = connect("postgres")) {
            run(admin, "CREATE DATABASE " + database.name);
            run(admin, "CREATE ROLE " + database.name + " LOGIN PASSWORD 'of-" + database.name + "'");
            run(admin, "GRANT CREATE ON DATABASE " + database.name + " TO " + database.name);
        }
        return database;
    }

    /** The server, to be killed. */
    public static DevPostgres server() {
        return server;
    }

    /** Settings without TLS, small batches. */
    public PostgresConfig config() {
        return config(false, Duration.ofSeconds(20));
    }

    PostgresConfig config(boolean tls, Duration patience) {
        return new PostgresConfig(
                server.address(),
                name,
                "sluice",
                name,
                passwordFile.toString(),
                tls,
                trust.toString(),
                "dev",
                50,
                patience);
    }

    /** A connection of the administrator's. */
    public Connection admin() throws SQLException {
        return connect(name);
    }

    /** Runs a statement as the administrator. */
    public void run(String statement) throws SQLException {
        try (Connection admin = admin()) {
            run(admin, statement);
        }
    }

    /** The rows of a query, each a line of its columns, null as {@code -}. */
    public List<String> query(String query) throws SQLException {
        try (Connection admin = admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(rows.getString(i) == null ? "-" : rows.getString(i));
                }
                lines.add(String.join(" ", columns));
            }
            return lines;
        }
    }

    /** Writes events as a task does. */
    void write(ReleasedEvent... events) throws InterruptedException {
        try (Closing writer = new Closing(writer(config()))) {
            for (ReleasedEvent event : events) {
                writer.writer.write(event, null);
            }
            writer.writer.flush(false);
        }
    }

    static PostgresWriter writer(PostgresConfig config) throws InterruptedException {
        return new PostgresWriter(config, PostgresTables.prepare(config, List.of()), new SimpleCounter());
    }

    /** A writer that is closed without a checked exception. */
    record Closing(PostgresWriter writer) implements AutoCloseable {
        @Override
        public void close() {
            writer.close();
        }
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + server.address() + "/" + database, DevPostgres.ADMIN, server.password());
    }

    private static void run(Connection admin, String statement) throws SQLException {
        try (Statement one = admin.createStatement()) {
            one.execute(statement);
        }
    }
}
