package io.sluice.audit.index;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sluice.core.cluster.PostgresAddress;
import io.sluice.core.encoding.Sha256;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A schema of PostgreSQL. Who builds holds the schema's advisory lock, which goes with its connection: a builder that died keeps
 * nobody waiting. Questions are asked in read-only transactions on a few pooled connections.
 */
final class PostgresDatabase implements IndexDatabase {
    private static final int MAX_READERS = 8;
    /** Longest wait for a connection, and for another builder. */
    private static final int PATIENCE_MS = 5_000;

    private static final int IDLE_MS = 60_000;
    /** Longest statement of a builder: an index over all entries. */
    private static final int BUILD_SECONDS = 3_600;
    /** Longest of those that look at a few rows: where it is cut off, a builder finds that out soon. */
    private static final int ANSWER_SECONDS = 10;

    private static final int CONNECT_SECONDS = 5;

    /** Texts may be longer than what a B-tree takes (a third of a page); hashes are compared, then the texts. */
    private static final IndexSchema.Dialect DIALECT = new IndexSchema.Dialect(
            "bigint",
            "bigint generated always as identity primary key",
            "text text not null, exclude using hash (text with =)",
            " using hash",
            ", idx",
            "analyze " + IndexSchema.tables());

    private final PostgresAddress address;
    private final HikariDataSource readers;

    /** Asks the server for nothing yet. */
    PostgresDatabase(PostgresAddress address, @Nullable Duration limit) {
        this.address = address;
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("sluice-audit-index");
        // A server that does not answer is given up a little after the statement's own limit.
        Duration longest = limit == null ? Duration.ofSeconds(BUILD_SECONDS) : limit;
        pool.setDataSource(new PasswordFileSource(
                address, "-c statement_timeout=" + longest.toMillis(), (int) longest.toSeconds() + CONNECT_SECONDS));
        pool.setMaximumPoolSize(MAX_READERS);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(IDLE_MS);
        pool.setConnectionTimeout(PATIENCE_MS);
        pool.setInitializationFailTimeout(-1); // it may come later
        pool.setReadOnly(true);
        pool.setAutoCommit(false); // rows are then fetched some at a time, not all of them
        this.readers = new HikariDataSource(pool);
    }

    @Override
    public Connection builder() throws SQLException {
        Connection connection = new PasswordFileSource(address, "", ANSWER_SECONDS).getConnection();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet encoding = statement.executeQuery("show server_encoding")) {
                encoding.next();
                if (!encoding.getString(1).equals("UTF8")) {
                    throw new IndexException(
                            "the encoding of " + address.where() + " is " + encoding.getString(1)
                                    + "; the index needs a database with ENCODING 'UTF8'",
                            null);
                }
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection reader() throws SQLException {
        return readers.getConnection();
    }

    @Override
    public void setSlow(Connection builder, boolean slow) throws SQLException {
        int seconds = slow ? BUILD_SECONDS : ANSWER_SECONDS;
        builder.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(seconds));
    }

    @Override
    public boolean mayComeBack() {
        return true;
    }

    @Override
    public Guard guard(Connection connection) throws SQLException {
        long key = lock(address.schema());
        try (Statement statement = connection.createStatement()) {
            statement.execute("set lock_timeout = " + PATIENCE_MS);
            statement.execute("select pg_advisory_lock(" + key + ")");
        } catch (SQLException e) {
            if (IndexException.LOCKED.equals(e.getSQLState())) {
                throw new IndexException(
                        "another process is building the index in " + address.where()
                                + "; it answers when that is done",
                        e);
            }
            throw e;
        }
        return () -> {
            if (!connection.isClosed()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select pg_advisory_unlock(" + key + ")");
                }
            }
        };
    }

    /** The number of a schema's lock in its database. */
    static long lock(String schema) {
        byte[] named = ("sluice-audit-index/" + schema).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return Long.parseUnsignedLong(Sha256.hex(named).substring(0, 2 * Long.BYTES), 16);
    }

    @Override
    public int version(Connection connection, String origin) throws SQLException {
        if (!one(connection, "select exists (select 1 from pg_namespace where nspname = ?)", address.schema())) {
            return 0;
        }
        if (!one(connection, "select to_regclass(? || '.sluice_index') is not null", address.schema())) {
            if (one(
                    connection,
                    "select exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                            + " where n.nspname = ?)",
                    address.schema())) {
                throw new IndexException(
                        "schema " + address.schema() + " of " + address.where()
                                + " holds something that is no index of an audit log; name a schema of its own in"
                                + " audit.postgresql.schema",
                        null);
            }
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select version, origin from sluice_index")) {
            if (!rows.next()) {
                return 0;
            }
            if (!rows.getString(2).equals(origin)) {
                throw new IndexException(
                        "schema " + address.schema() + " of " + address.where() + " holds the index of the log "
                                + rows.getString(2) + ", not of " + origin
                                + "; name a schema of its own in audit.postgresql.schema, or drop that one",
                        null);
            }
            return rows.getInt(1);
        }
    }

    private static boolean one(Connection connection, String sql, String schema) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, schema);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    @Override
    public void setVersion(Connection connection, int version, String origin) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // The schema first: a role that may not make one can still use one that was made for it.
            if (!one(connection, "select exists (select 1 from pg_namespace where nspname = ?)", address.schema())) {
                statement.execute("create schema " + address.schema());
            }
            statement.execute(
                    "create table if not exists sluice_index (version integer not null, origin text not null)");
            statement.execute("delete from sluice_index");
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into sluice_index values (?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, origin);
            insert.executeUpdate();
        }
    }

    @Override
    public IndexSchema.Dialect dialect() {
        return DIALECT;
    }

    @Override
    public void close() {
        readers.close();
    }
}
