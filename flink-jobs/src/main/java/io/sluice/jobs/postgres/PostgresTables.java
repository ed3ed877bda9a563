package io.sluice.jobs.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What a start does with a database, before a job runs: makes sure of it and tells which one it is. Stateless. */
public final class PostgresTables {
    private PostgresTables() {}

    /**
     * Makes what is missing, tables of these recipients included.
     *
     * @return identity of the database: a job's position belongs to it, and no other database holds what came before
     * @throws PostgresException where the server cannot be reached, refuses, or holds something else under the names
     */
    public static UUID prepare(PostgresConfig config, Collection<String> recipients) throws InterruptedException {
        return Patience.untilDone(config, () -> prepared(config, recipients));
    }

    private static UUID prepared(PostgresConfig config, Collection<String> recipients) {
        Connection connection = new Database(config).connect();
        try {
            Layout layout = new Layout(config);
            UUID identity = layout.identify(connection);
            for (String recipient : recipients) {
                layout.ensure(connection, new RecipientTable(config.schema(), recipient));
            }
            return identity;
        } catch (SQLException e) {
            throw PostgresException.of("The tables cannot be made", config, e);
        } finally {
            Database.close(connection);
        }
    }

    /** The statements that {@link #prepare} runs and the role's grants, for an administrator to run instead. */
    public static List<String> ddl(PostgresConfig config, Collection<String> recipients) {
        return Layout.ddl(config, recipients);
    }
}
