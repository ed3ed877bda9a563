package io.sluice.cli.config;

import io.sluice.core.cluster.PostgresAddress;
import java.nio.file.Path;

/**
 * The database that the log's index stands in.
 *
 * @param servers {@code host:port} of one or more servers, comma-separated; of several the one that takes writes is used
 * @param database name of the database, encoding UTF8
 * @param schema name of the schema, of this log's index alone
 * @param user the role that builds and asks it
 * @param passwordFile file that holds its password, mode 600; read at every connect
 * @param tls TLS with the server's name checked; false only for a server on this machine
 * @param trust PEM file of the authorities whose server certificates are accepted
 */
public record IndexPostgresqlSection(
        String servers, String database, String schema, String user, Path passwordFile, boolean tls, Path trust) {
    /** Checks ranges. */
    public IndexPostgresqlSection {
        address(servers, database, schema, user, passwordFile, tls, trust);
    }

    static IndexPostgresqlSection defaults(Path folder, Path certs) {
        return new IndexPostgresqlSection(
                "127.0.0.1:5432",
                "sluice",
                "sluice_audit_0",
                "sluice_audit",
                folder.resolve("keys/postgresql/audit-password"),
                true,
                certs.resolve("root.crt.pem"));
    }

    /** The same as the index takes it. */
    public PostgresAddress address() {
        return address(servers, database, schema, user, passwordFile, tls, trust);
    }

    private static PostgresAddress address(
            String servers, String database, String schema, String user, Path passwordFile, boolean tls, Path trust) {
        return new PostgresAddress(servers, database, schema, user, passwordFile.toString(), tls, trust.toString());
    }
}
