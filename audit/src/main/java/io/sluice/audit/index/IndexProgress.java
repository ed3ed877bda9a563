package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What the tables say of how far they are, and what sets it. Stateless; each works on the connection that it is given. */
final class IndexProgress {
    private IndexProgress() {}

    /**
     * What is indexed.
     *
     * @param origin the log's; empty for none
     * @param size its first entries
     * @param root of these, in base64
     */
    record Indexed(String origin, long size, String root) {}

    /** What is done on a connection. */
    interface Work {
        void run(Connection connection) throws SQLException;
    }

    /** What is indexed. */
    static Indexed indexed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select origin, size, root from meta")) {
            if (!rows.next()) {
                return new Indexed("", 0, ""); // of no log: it is built anew
            }
            return new Indexed(rows.getString(1), rows.getLong(2), rows.getString(3));
        }
    }

    /** Whether there are entries before a place. */
    static boolean hasEntriesBefore(Connection connection, long minimum) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select exists (select 1 from entry where idx < ?)")) {
            select.setLong(1, minimum);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /** Drops what was pruned, and what nothing else names. */
    static void forget(Connection connection, long minimum) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from entry where idx < ?")) {
            delete.setLong(1, minimum);
            delete.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("subject", "input")) {
                statement.executeUpdate("delete from " + table + " where id not in (select " + table
                        + " from entry where " + table + " is not null)");
            }
        }
    }

    /** Forgets what came after. */
    static void setBack(Connection connection, Indexed before) throws SQLException {
        deleteFrom(connection, before.size());
        setIndexed(connection, before.size(), before.root());
    }

    /** Deletes the entries from a place on. */
    static void deleteFrom(Connection connection, long place) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from entry where idx >= ?")) {
            delete.setLong(1, place);
            delete.executeUpdate();
        }
    }

    /** Says what is indexed. */
    static void setIndexed(Connection connection, long size, String root) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update meta set size = ?, root = ?")) {
            update.setLong(1, size);
            update.setString(2, root);
            update.executeUpdate();
        }
    }

    /** All of it, or nothing. */
    static void inTransaction(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run(connection);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }
}
