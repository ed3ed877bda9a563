package io.sluice.jobs.postgres;

import io.sluice.core.cluster.PostgresAddress;
import io.sluice.core.encoding.Names;
import java.io.Serializable;
import java.time.Duration;

/**
 * Where recipients' tables are. Travels to every task; holds the path of the password, never the password.
 *
 * @param servers {@code host:port} of one or more servers, comma-separated; of several the one that takes writes is used
 * @param database name of the database
 * @param schema name of the schema that the tables stand in
 * @param user the role that delivers
 * @param passwordFile file with its password, read at every connect
 * @param tls TLS with the server's name checked; may be off only for servers on this machine
 * @param trust PEM file of the authorities whose server certificates are accepted
 * @param tenant the deployment's tenant; a schema is one tenant's
 * @param batchRows most events in one statement
 * @param patience longest wait for a server that cannot be reached, before the writer gives up
 */
public record PostgresConfig(
        String servers,
        String database,
        String schema,
        String user,
        String passwordFile,
        boolean tls,
        String trust,
        String tenant,
        int batchRows,
        Duration patience)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Most bytes of data in one statement; one event may be larger. */
    static final int BATCH_BYTES = 4 << 20;

    public PostgresConfig {
        var ignored = new PostgresAddress(servers, database, schema, user, passwordFile, tls, trust); // checks them
        Names.requireId("tenant", tenant);
        require(batchRows >= 1 && batchRows <= 10_000, "batchRows must be 1 to 10000");
        require(
                !patience.isNegative() && patience.compareTo(Duration.ofMinutes(5)) <= 0,
                "patience must be 0s to 5m, below what a checkpoint may take");
    }

    /** Where that is. */
    PostgresAddress address() {
        return new PostgresAddress(servers, database, schema, user, passwordFile, tls, trust);
    }

    /** How the server is named in messages. */
    String where() {
        return address().where();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
