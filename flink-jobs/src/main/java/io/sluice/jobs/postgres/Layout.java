package io.sluice.jobs.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What Sluice keeps in a schema: a table per recipient, and {@value #IDENTITY}, one row that says whose schema it is. It is
 * made where it is missing and the role may; where it is there, nothing but the right to use it is needed. Stateless.
 */
final class Layout {
    /** The version of the tables' form. A schema of a newer one is refused. */
    static final int VERSION = 1;
    /** An underscore is in no recipient's id, so no recipient's table has this name. */
    static final String IDENTITY = "sluice_delivery";

    private final PostgresConfig config;

    Layout(PostgresConfig config) {
        this.config = config;
    }

    /** All statements, for an administrator who runs them instead; any number of times. */
    static List<String> ddl(PostgresConfig config, Collection<String> recipients) {
        List<String> ddl = new ArrayList<>(identityDdl(config));
        List<String> tables = new ArrayList<>();
        for (String recipient : recipients) {
            RecipientTable table = new RecipientTable(config.schema(), recipient);
            ddl.addAll(table.ddl());
            tables.add(table.qualified());
        }
        String role = "\"" + config.user() + "\"";
        ddl.add("GRANT USAGE ON SCHEMA \"" + config.schema() + "\" TO " + role);
        ddl.add("GRANT SELECT ON " + identity(config) + " TO " + role);
        if (!tables.isEmpty()) {
            ddl.add("GRANT SELECT, INSERT, UPDATE ON " + String.join(", ", tables) + " TO " + role);
        }
        return List.copyOf(ddl);
    }

    /**
     * Makes sure of the schema, and returns the identity of the database that it stands in. Commits.
     *
     * @throws PostgresException where it is another tenant's or a newer Sluice's
     */
    UUID identify(Connection connection) throws SQLException {
        if (columns(connection, IDENTITY).isEmpty()) {
            List<String> ddl = identityDdl(config);
            make(connection, schemaExists(connection) ? ddl.subList(1, ddl.size()) : ddl);
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT tenant, layout, id FROM " + identity(config))) {
            if (!row.next()) {
                throw PostgresException.lasting(IDENTITY + " has lost its row", config);
            }
            if (!row.getString(1).equals(config.tenant())) {
                throw PostgresException.lasting(
                        "The schema is tenant " + row.getString(1) + "'s; give each tenant its own", config);
            }
            if (row.getInt(2) > VERSION) {
                throw PostgresException.lasting("The schema was made by a newer version of Sluice", config);
            }
            return row.getObject(3, UUID.class);
        } finally {
            connection.rollback(); // nothing was written; no transaction stays open
        }
    }

    /** Makes sure of a recipient's table. Commits. @throws PostgresException where a table of that name is another's */
    void ensure(Connection connection, RecipientTable table) throws SQLException {
        Map<String, String> found = columns(connection, table.name());
        if (found.isEmpty()) {
            make(connection, table.ddl());
            found = columns(connection, table.name());
        }
        connection.rollback();
        if (!found.entrySet().containsAll(RecipientTable.COLUMNS.entrySet())) {
            throw PostgresException.lasting(
                    "The table " + table.qualified() + " is not one of Sluice's: its columns are " + found, config);
        }
    }

    /** A recipient's table's columns and their types; empty where there is none. */
    Map<String, String> columns(Connection connection, String name) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
                JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""")) {
            statement.setString(1, config.schema());
            statement.setString(2, name);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), rows.getString(2));
                }
            }
        }
        return columns;
    }

    /** Asked first: {@code IF NOT EXISTS} wants the right to make schemas, also where there is nothing to make. */
    private boolean schemaExists(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
            statement.setString(1, config.schema());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Under a lock: {@code IF NOT EXISTS} alone fails when two sessions make the same at once. */
    private void make(Connection connection, List<String> ddl) throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
            lock.setString(1, "sluice/" + config.schema());
            lock.execute();
        }
        try (Statement statement = connection.createStatement()) {
            for (String one : ddl) {
                statement.execute(one);
            }
        }
        connection.commit();
    }

    private static List<String> identityDdl(PostgresConfig config) {
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS \"" + config.schema() + "\"",
                """
                CREATE TABLE IF NOT EXISTS %s (
                  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
                  tenant text NOT NULL,
                  layout integer NOT NULL,
                  id uuid NOT NULL DEFAULT gen_random_uuid()
                )""".formatted(identity(config)),
                "INSERT INTO %s (tenant, layout) VALUES ('%s', %d) ON CONFLICT DO NOTHING"
                        .formatted(identity(config), config.tenant(), VERSION));
    }

    private static String identity(PostgresConfig config) {
        return "\"" + config.schema() + "\".\"" + IDENTITY + "\"";
    }
}
