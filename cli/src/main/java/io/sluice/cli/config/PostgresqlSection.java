package io.sluice.cli.config;

import io.sluice.jobs.postgres.PostgresConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The database that views are delivered to.
 *
 * @param servers {@code host:port} of one or more servers, comma-separated; of several the one that takes writes is used
 * @param database name of the database, encoding UTF8
 * @param schema name of the schema that recipients' tables stand in
 * @param user the role that delivers
 * @param passwordFile file that holds its password, mode 600; read at every connect
 * @param tls TLS with the server's name checked; false only for a server on this machine
 * @param trust PEM file of the authorities whose server certificates are accepted
 * @param batchRows most events in one statement
 * @param patience longest wait for a server that cannot be reached, before the job fails and starts again
 */
public record PostgresqlSection(
        String servers,
        String database,
        String schema,
        String user,
        Path passwordFile,
        boolean tls,
        Path trust,
        int batchRows,
        Duration patience) {
    private static final String ANY_TENANT = "dev";

    /** Checks ranges. */
    public PostgresqlSection {
        settings(ANY_TENANT, servers, database, schema, user, passwordFile, tls, trust, batchRows, patience);
    }

    static PostgresqlSection defaults(Path folder, Path certs) {
        return new PostgresqlSection(
                "127.0.0.1:5432",
                "sluice",
                "sluice",
                "sluice_deliver",
                folder.resolve("keys/postgresql/password"),
                true,
                certs.resolve("root.crt.pem"),
                500,
                Duration.ofSeconds(30));
    }

    /** The same as the deliver job takes it. */
    public PostgresConfig settings(String tenant) {
        return settings(tenant, servers, database, schema, user, passwordFile, tls, trust, batchRows, patience);
    }

    private static PostgresConfig settings(
            String tenant,
            String servers,
            String database,
            String schema,
            String user,
            Path passwordFile,
            boolean tls,
            Path trust,
            int batchRows,
            Duration patience) {
        return new PostgresConfig(
                servers,
                database,
                schema,
                user,
                passwordFile.toString(),
                tls,
                trust.toString(),
                tenant,
                batchRows,
                patience);
    }
}
