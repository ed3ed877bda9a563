package io.sluice.audit.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A file. Who builds at the same time as another waits for each of its transactions, and makes the same rows. */
final class SqliteDatabase implements IndexDatabase {
    private static final int CACHE_KIBIBYTES = 65_536;

    private static final IndexSchema.Dialect DIALECT =
            new IndexSchema.Dialect("integer", "integer primary key", "text text not null unique", "", "", "");

    private final Path file;
    private final @Nullable Duration limit;

    SqliteDatabase(Path file, @Nullable Duration limit) {
        this.file = file;
        this.limit = limit;
    }

    @Override
    public Connection builder() throws SQLException {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new SQLException("its folder cannot be made: " + e.getMessage(), e);
        }
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = normal"); // derived: a lost tail is indexed again
            // A transaction's entries fall all over the indexes of subjects and inputs: each page is then written once.
            statement.execute("pragma cache_size = -" + CACHE_KIBIBYTES);
            statement.execute("pragma wal_autocheckpoint = " + CACHE_KIBIBYTES / 4);
        }
        return connection;
    }

    @Override
    public Connection reader() throws SQLException {
        Connection reader = builder();
        if (limit != null) {
            QuestionLimit.set(reader, limit);
        }
        return reader;
    }

    @Override
    public void setSlow(Connection builder, boolean slow) {} // there is nobody to wait for

    @Override
    public boolean mayComeBack() {
        return false;
    }

    @Override
    public Guard guard(Connection connection) {
        return () -> {}; // its transactions are one after the other, and repeat what is there
    }

    @Override
    public int version(Connection connection, String origin) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("pragma user_version")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    @Override
    public void setVersion(Connection connection, int version, String origin) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma user_version = " + version);
        }
    }

    @Override
    public IndexSchema.Dialect dialect() {
        return DIALECT;
    }

    @Override
    public void close() {} // each connection is its caller's
}
