package io.sluice.jobs.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Opens connections. One per writer is enough, so there is no pool. Thread-safe. */
final class Database {
    /** Longest wait for a connection or an answer; also bounds how long a cancelled task can be held. */
    private static final int SOCKET_SECONDS = 25;

    private static final int CONNECT_SECONDS = 5;

    private final PostgresConfig config;

    Database(PostgresConfig config) {
        this.config = config;
    }

    /**
     * A connection without auto-commit. What was committed on it is on the server's disk.
     *
     * @throws PostgresException where the server does not answer, refuses, or has a database that cannot hold every view
     */
    Connection connect() {
        try {
            Connection connection = new Driver().connect(config.address().url(), properties());
            if (connection == null) {
                throw new IllegalStateException("The driver does not know its own URL");
            }
            try {
                prepare(connection);
                return connection;
            } catch (SQLException | RuntimeException e) {
                close(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw PostgresException.of("No connection", config, e);
        }
    }

    /** Closes it; a fault in that is nobody's loss: what was not committed is rolled back either way. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            org.slf4j.LoggerFactory.getLogger(Database.class)
                    .atDebug()
                    .addKeyValue("state", e.getSQLState())
                    .log("A connection was lost before it was closed");
        }
    }

    private void prepare(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            // Names are always qualified; nobody who may create elsewhere can slip an operator in.
            statement.execute("SET search_path TO pg_catalog");
            try (ResultSet encoding = statement.executeQuery("SHOW server_encoding")) {
                encoding.next();
                if (!encoding.getString(1).equals("UTF8")) {
                    throw PostgresException.lasting(
                            "The database's encoding is " + encoding.getString(1)
                                    + ", which cannot hold every view; it must be UTF8",
                            config);
                }
            }
            // A commit that a crash of the server could take back would be a view that nobody delivers again.
            statement.execute("SELECT set_config('synchronous_commit', 'on', false)"
                    + " WHERE current_setting('synchronous_commit') = 'off'");
        }
        connection.commit();
    }

    private Properties properties() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, config.user());
        PGProperty.PASSWORD.set(properties, password());
        PGProperty.APPLICATION_NAME.set(properties, "sluice-deliver");
        PGProperty.SSL_MODE.set(properties, config.tls() ? "verify-full" : "disable");
        if (config.tls()) {
            PGProperty.SSL_ROOT_CERT.set(properties, config.trust());
        }
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, 2 * CONNECT_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.OPTIONS.set(properties, "-c statement_timeout=" + (SOCKET_SECONDS - CONNECT_SECONDS) + "s");
        // Details quote rows, and rows do not belong in logs.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        return properties;
    }

    private String password() {
        try {
            return Files.readString(Path.of(config.passwordFile())).strip();
        } catch (IOException e) {
            throw PostgresException.lasting("The password file " + config.passwordFile() + " cannot be read", config);
        }
    }
}
