package io.sluice.jobs.postgres;

import io.sluice.core.encoding.Names;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

    private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}\\])";
    private static final Pattern SERVERS = Pattern.compile(HOST + ":[0-9]{1,5}(?:," + HOST + ":[0-9]{1,5})*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");
    private static final Pattern SCHEMA = Pattern.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}");
    private static final List<String> LOOPBACK = List.of("localhost", "[::1]");

    public PostgresConfig {
        require(SERVERS.matcher(servers).matches(), "servers must be host:port, comma-separated");
        require(NAME.matcher(database).matches(), "database must be letters, digits, _, . and -, at most 63");
        require(NAME.matcher(user).matches(), "user must be letters, digits, _, . and -, at most 63");
        require(
                SCHEMA.matcher(schema).matches(),
                "schema must be lower-case letters, digits and _, at most 63, and not begin with pg_");
        require(
                tls || Stream.of(servers.split(",")).allMatch(PostgresConfig::isLoopback),
                "tls may be off only for servers on this machine (127.0.0.1, localhost, [::1])");
        Names.requireId("tenant", tenant);
        require(batchRows >= 1 && batchRows <= 10_000, "batchRows must be 1 to 10000");
        require(
                !patience.isNegative() && patience.compareTo(Duration.ofMinutes(5)) <= 0,
                "patience must be 0s to 5m, below what a checkpoint may take");
    }

    /** How the server is named in messages. */
    String where() {
        return "PostgreSQL at " + servers + ", database " + database + ", schema " + schema + ", role " + user;
    }

    private static boolean isLoopback(String server) {
        String host = server.substring(0, server.lastIndexOf(':'));
        return LOOPBACK.contains(host) || host.matches("127(?:\\.[0-9]{1,3}){3}");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
