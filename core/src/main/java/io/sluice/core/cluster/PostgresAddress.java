package io.sluice.core.cluster;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A schema on a PostgreSQL server, and the role that uses it. A description; whoever connects brings the driver. Holds the path
 * of the password, never the password.
 *
 * @param servers {@code host:port} of one or more servers, comma-separated; of several the one that takes writes is used
 * @param database name of the database
 * @param schema name of the schema
 * @param user the role
 * @param passwordFile file with its password, read at every connect
 * @param tls TLS with the server's name checked; may be off only for servers on this machine
 * @param trust PEM file of the authorities whose server certificates are accepted
 */
public record PostgresAddress(
        String servers, String database, String schema, String user, String passwordFile, boolean tls, String trust)
        implements Serializable {
    private static final long serialVersionUID = 1;

    private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}\\])";
    private static final Pattern SERVERS = Pattern.compile(HOST + ":[0-9]{1,5}(?:," + HOST + ":[0-9]{1,5})*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");
    private static final Pattern SCHEMA = Pattern.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}");
    private static final List<String> LOOPBACK = List.of("localhost", "[::1]");

    /** Checks each; the message names the setting at fault. */
    public PostgresAddress {
        require(SERVERS.matcher(servers).matches(), "servers must be host:port, comma-separated");
        require(NAME.matcher(database).matches(), "database must be letters, digits, _, . and -, at most 63");
        require(NAME.matcher(user).matches(), "user must be letters, digits, _, . and -, at most 63");
        require(
                SCHEMA.matcher(schema).matches(),
                "schema must be lower-case letters, digits and _, at most 63, and not begin with pg_");
        require(
                tls || Stream.of(servers.split(",")).allMatch(PostgresAddress::isLoopback),
                "tls may be off only for servers on this machine (127.0.0.1, localhost, [::1])");
    }

    /** How it is named in messages. */
    public String where() {
        return "PostgreSQL at " + servers + ", database " + database + ", schema " + schema + ", role " + user;
    }

    /** What JDBC calls it. */
    public String url() {
        return "jdbc:postgresql://" + servers + "/" + database;
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
