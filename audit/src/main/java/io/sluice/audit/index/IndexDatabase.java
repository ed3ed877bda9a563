package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What differs between the databases that hold an index. Thread-safe. */
sealed interface IndexDatabase extends AutoCloseable permits SqliteDatabase, PostgresDatabase {
    /** @param limit how long a question may take; null for any time */
    static IndexDatabase of(IndexPlace place, @Nullable Duration limit) {
        if (place instanceof IndexPlace.SqliteFile sqlite) {
            return new SqliteDatabase(sqlite.file(), limit);
        }
        return new PostgresDatabase(((IndexPlace.PostgresSchema) place).address(), limit);
    }

    /** A connection for the one who builds; its caller closes it. */
    Connection builder() throws SQLException;

    /** A connection for one question; its caller closes it. */
    Connection reader() throws SQLException;

    /** Whether a builder waits long for its server: for a statement over all entries, not for a few rows. */
    void setSlow(Connection builder, boolean slow) throws SQLException;

    /** Whether a start goes on where it cannot be reached: it may come back by itself. */
    boolean mayComeBack();

    /**
     * Keeps everybody else from building.
     *
     * @param connection a builder's
     * @return what ends that
     * @throws IndexException where somebody else is building, and is not done in time
     */
    Guard guard(Connection connection) throws SQLException;

    /** Ends a guard. */
    interface Guard extends AutoCloseable {
        @Override
        void close() throws SQLException;
    }

    /**
     * The version of the tables that are there; 0 where there are none.
     *
     * @param origin the log that they must be of
     * @throws IndexException where what is there is not this index's, and so not its to drop
     */
    int version(Connection connection, String origin) throws SQLException;

    /** Says that the tables are of this version, and of that log. */
    void setVersion(Connection connection, int version, String origin) throws SQLException;

    /** How it writes the tables. */
    IndexSchema.Dialect dialect();

    @Override
    void close();
}
