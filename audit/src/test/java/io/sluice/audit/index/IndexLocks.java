package io.sluice.audit.index;

import java.sql.SQLException;
import java.sql.Statement;

/** Another builder. */
public final class IndexLocks {
    private IndexLocks() {}

    /** Holds the lock of a schema's builder, as long as the statement's connection lives. */
    public static void hold(Statement statement, String schema) throws SQLException {
        statement.execute("select pg_advisory_lock(" + PostgresDatabase.lock(schema) + ")");
    }
}
