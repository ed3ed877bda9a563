package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables. A file of another version is dropped and built again. */
final class IndexSchema {
    static final int VERSION = 3;

    /** Of this version and of those before. */
    private static final List<String> TABLES =
            List.of("meta", "entry", "outcome", "outcomes", "input", "subject", "name", "recipient");

    private static final List<String> CREATE = List.of(
            "create table meta (one integer primary key check (one = 1), origin text not null, size integer not null,"
                    + " root text not null)",
            // at: microseconds since 1970 of 'time', or of 'recorded' where an unverifiable record has no time;
            // dataset, producer, code and reason are of name, the others of the table of their name
            "create table entry (idx integer primary key, id text not null, at integer not null, dataset integer,"
                    + " producer integer, subject integer, code integer, reason integer, input integer, outcomes integer)",
            "create table name (id integer primary key, text text not null unique)",
            "create table subject (id integer primary key, text text not null unique)",
            // what the policy was asked, each different question once: canonical JSON
            "create table input (id integer primary key, text text not null unique)",
            // what became of a record for all its recipients, each different outcome once
            "create table outcomes (id integer primary key, text text not null unique)",
            "create table outcome (outcomes integer not null, recipient integer not null, disposition integer not null,"
                    + " code integer)");

    /** Over what is searched; each does nothing where it is there. Making them over many rows at once takes a fraction of keeping them up row by row. */
    static final List<String> INDEXES = List.of(
            "create index if not exists entry_id on entry (id)",
            "create index if not exists entry_at on entry (at)",
            "create index if not exists entry_subject on entry (subject) where subject is not null",
            "create index if not exists entry_dataset on entry (dataset) where dataset is not null",
            "create index if not exists entry_producer on entry (producer) where producer is not null",
            "create index if not exists entry_code on entry (code)",
            "create index if not exists entry_reason on entry (reason) where reason is not null",
            "create index if not exists entry_outcomes on entry (outcomes) where outcomes is not null",
            "create index if not exists entry_input on entry (input, subject, at, code) where input is not null");

    private IndexSchema() {}

    static boolean isCurrent(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("pragma user_version")) {
            return rows.next() && rows.getInt(1) == VERSION;
        }
    }

    /** The tables, empty and without their indexes. */
    static void recreate(Connection connection, String origin, String emptyRoot) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("drop table if exists " + table);
            }
            for (String sql : CREATE) {
                statement.execute(sql);
            }
            statement.execute("pragma user_version = " + VERSION);
        }
        try (var insert = connection.prepareStatement("insert into meta values (1, ?, 0, ?)")) {
            insert.setString(1, origin);
            insert.setString(2, emptyRoot);
            insert.executeUpdate();
        }
    }
}
