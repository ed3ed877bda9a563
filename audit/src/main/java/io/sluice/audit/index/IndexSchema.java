package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables. A file of another version is dropped and built again. */
final class IndexSchema {
    static final int VERSION = 2;

    private static final List<String> DROP = List.of(
            "drop table if exists meta",
            "drop table if exists recipient",
            "drop table if exists entry",
            "drop table if exists input");

    private static final List<String> CREATE = List.of(
            "create table meta (one integer primary key check (one = 1), origin text not null, size integer not null,"
                    + " root text not null)",
            // at: microseconds since 1970 of 'time', or of 'recorded' where an unverifiable record has no time
            "create table entry (idx integer primary key, id text not null, type text not null, at integer not null,"
                    + " dataset text, producer text, subject text, code text, reason text, input integer)",
            // what the policy was asked, each different question once: canonical JSON
            "create table input (id integer primary key, json text not null unique)",
            "create table recipient (recipient text not null, disposition text not null, idx integer not null, code text,"
                    + " primary key (recipient, disposition, idx)) without rowid",
            "create index entry_id on entry (id)",
            "create index entry_at on entry (at)",
            "create index entry_subject on entry (subject) where subject is not null",
            "create index entry_dataset on entry (dataset) where dataset is not null",
            "create index entry_producer on entry (producer) where producer is not null",
            "create index entry_code on entry (code)",
            "create index entry_reason on entry (reason) where reason is not null",
            "create index entry_input on entry (input, subject, at, code) where input is not null",
            "create index recipient_idx on recipient (idx)");

    private IndexSchema() {}

    static boolean isCurrent(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("pragma user_version")) {
            return rows.next() && rows.getInt(1) == VERSION;
        }
    }

    static void recreate(Connection connection, String origin, String emptyRoot) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : DROP) {
                statement.execute(sql);
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
