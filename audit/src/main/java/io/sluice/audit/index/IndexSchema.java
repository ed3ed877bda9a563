package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables. Those of another version are dropped and built again. */
final class IndexSchema {
    static final int VERSION = 4;

    /** Of this version and of those before. */
    private static final List<String> TABLES =
            List.of("meta", "entry", "outcome", "outcomes", "input", "subject", "name", "recipient");

    private static final List<String> CREATE = List.of(
            "create table meta (one integer primary key check (one = 1), origin text not null, size %number not null,"
                    + " root text not null)",
            // at: microseconds since 1970 of 'time', or of 'recorded' where an unverifiable record has no time;
            // dataset, producer, code and reason are of name, the others of the table of their name
            "create table entry (idx %number primary key, id text not null, at %number not null, dataset %number,"
                    + " producer %number, subject %number, code %number, reason %number, input %number, outcomes %number)",
            "create table name (id %row, %text)",
            "create table subject (id %row, %text)",
            // what the policy was asked, each different question once: canonical JSON
            "create table input (id %row, %text)",
            // what became of a record for all its recipients, each different outcome once
            "create table outcomes (id %row, %text)",
            "create table outcome (outcomes %number not null, recipient %number not null, disposition %number not null,"
                    + " code %number)");

    /** Over what is searched; each does nothing where it is there. Making them over many rows at once takes a fraction of keeping them up row by row. */
    private static final List<String> INDEXES = List.of(
            "create index if not exists entry_id on entry%long (id)",
            "create index if not exists entry_at on entry (at)",
            "create index if not exists entry_subject on entry (subject) where subject is not null",
            "create index if not exists entry_dataset on entry (dataset) where dataset is not null",
            "create index if not exists entry_producer on entry (producer) where producer is not null",
            "create index if not exists entry_code on entry (code)",
            "create index if not exists entry_reason on entry (reason) where reason is not null",
            "create index if not exists entry_outcomes on entry (outcomes) where outcomes is not null",
            "create index if not exists entry_input on entry (input, subject, at, code) where input is not null");

    private IndexSchema() {}

    /**
     * How a database writes the same.
     *
     * @param number type of a number of 64 bits
     * @param row a column that numbers the rows
     * @param text a column {@code text} of any length that holds each text once, and finds it
     * @param longText what an index over texts of any length says before its columns
     * @param afterwards a statement for when the indexes are made; empty for none
     */
    record Dialect(String number, String row, String text, String longText, String afterwards) {
        String of(String template) {
            return template.replace("%number", number)
                    .replace("%row", row)
                    .replace("%text", text)
                    .replace("%long", longText);
        }
    }

    /** What is made once all entries are in, in this order. */
    static List<String> indexes(Dialect dialect) {
        return java.util.stream.Stream.concat(
                        INDEXES.stream().map(dialect::of), java.util.stream.Stream.of(dialect.afterwards()))
                .filter(sql -> !sql.isEmpty())
                .toList();
    }

    /** The tables, empty and without their indexes. */
    static void recreate(Connection connection, IndexDatabase database, String origin, String emptyRoot)
            throws SQLException {
        database.setVersion(connection, VERSION, origin);
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute("drop table if exists " + table);
            }
            for (String sql : CREATE) {
                statement.execute(database.dialect().of(sql));
            }
        }
        try (var insert = connection.prepareStatement("insert into meta values (1, ?, 0, ?)")) {
            insert.setString(1, origin);
            insert.setString(2, emptyRoot);
            insert.executeUpdate();
        }
    }
}
