package io.sluice.audit.index;

import io.sluice.core.cluster.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to one address. The password is read for each, so that it can be changed while the room runs. Thread-safe. */
final class PasswordFileSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1;
    private static final int CONNECT_SECONDS = 5;
    private static final int FETCH_ROWS = 4_096;

    /** By SQL state (PostgreSQL's manual, appendix A). */
    private static final Map<String, String> ADVICE = Map.of(
            "28P01", "; the password in audit.postgresql.passwordFile is not the role's",
            "28000", "; the server's pg_hba.conf does not let the role in this way",
            "3D000", "; make the database first: CREATE DATABASE ... ENCODING 'UTF8'");

    private final PostgresAddress address;

    /** @param options of the session, as {@code -c statement_timeout=1000}; empty for none */
    PasswordFileSource(PostgresAddress address, String options, int socketSeconds) {
        this.address = address;
        setUrl(address.url());
        setCurrentSchema(address.schema());
        setApplicationName("sluice-audit-index");
        setSslMode(address.tls() ? "verify-full" : "disable");
        if (address.tls()) {
            setSslRootCert(address.trust());
        }
        setGssEncMode(org.postgresql.jdbc.GSSEncMode.DISABLE.value);
        setTargetServerType("primary");
        setConnectTimeout(CONNECT_SECONDS);
        setLoginTimeout(2 * CONNECT_SECONDS);
        setSocketTimeout(socketSeconds);
        setTcpKeepAlive(true);
        setReWriteBatchedInserts(true);
        setDefaultRowFetchSize(FETCH_ROWS);
        setLogServerErrorDetail(false); // details quote rows, and rows do not belong in logs
        if (!options.isEmpty()) {
            setProperty(PGProperty.OPTIONS, options);
        }
    }

    /** @throws SQLException whose message says what to do */
    @Override
    public Connection getConnection() throws SQLException {
        try {
            return getConnection(address.user(), password());
        } catch (SQLException e) {
            SQLException told = new SQLException(
                    e.getMessage() + ADVICE.getOrDefault(String.valueOf(e.getSQLState()), ""), e.getSQLState());
            told.addSuppressed(e);
            throw told;
        }
    }

    private String password() throws SQLException {
        try {
            return Files.readString(Path.of(address.passwordFile())).strip();
        } catch (IOException e) {
            throw new SQLException(
                    "the password file " + address.passwordFile() + " (audit.postgresql.passwordFile) cannot be read",
                    e);
        }
    }
}
