package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables. Those of another version are dropped and built again. */
final class IndexSchema {
    static final int VERSION = 6;

    /** Of this version and of those before. */
    private static final List<String> TABLES =
            List.of("meta", "entry", "outcome", "outcomes", "reason", "input", "subject", "name", "recipient");

    private static final List<String> CREATE = List.of(
            "create table meta (one integer primary key check (one = 1), origin text not null, size %number not null,"
                    + " root text not null)",
            // at: microseconds since 1970 of 'time', or of 'recorded' where an unverifiable record has no time;
            // dataset, producer, code and reason are of name, the others of the table of their name
            "create table entry (idx %number primary key, id text not null, at %number not null, dataset %number,"
                    + " producer %number, subject %number, code %number, reason %number, input %number, outcomes %number,"
                    // the number of the revision that decided
                    + " revision %number)",
            "create table name (id %row, %text)",
            "create table subject (id %row, %text)",
            // what the policy was asked, each different question once: canonical JSON
            "create table input (id %row, %text)",
            // what became of a record for all its recipients, each different outcome once
            "create table outcomes (id %row, %text)",
            "create table outcome (outcomes %number not null, recipient %number not null, disposition %number not null,"
                    + " code %number)",
            // the rules that decided so, of name
            "create table reason (outcomes %number not null, recipient %number not null, rule %number not null)");

    /** Over what is searched. Making them over many rows at once takes a fraction of keeping them up row by row. */
    private static final List<String> INDEXES = List.of(
            "entry_id on entry%long (id)",
            "entry_at on entry (at)",
            "entry_subject on entry (subject) where subject is not null",
            "entry_dataset on entry (dataset) where dataset is not null",
            "entry_producer on entry (producer) where producer is not null",
            "entry_code on entry (code%place)",
            "entry_reason on entry (reason) where reason is not null",
            "entry_outcomes on entry (outcomes) where outcomes is not null",
            "entry_revision on entry (revision%place) where revision is not null",
            "entry_input on entry (input, subject, at, code) where input is not null");

    private IndexSchema() {}

    /**
     * How a database writes the same.
     *
     * @param number type of a number of 64 bits
     * @param row a column that numbers the rows
     * @param text a column {@code text} of any length that holds each text once, and finds it
     * @param longText what an index over texts of any length says before its columns
     * @param place what an index over entries says after its columns to give the places in order
     * @param afterwards a statement for when indexes were made; empty for none
     */
    record Dialect(String number, String row, String text, String longText, String place, String afterwards) {
        String of(String template) {
            return template.replace("%number", number)
                    .replace("%row", row)
                    .replace("%text", text)
                    .replace("%long", longText)
                    .replace("%place", place);
        }
    }

    /** What is made once all entries are in, in this order: names, and the statements that make them. */
    static Map<String, String> indexes(Dialect dialect) {
        Map<String, String> statements = new LinkedHashMap<>();
        for (String index : INDEXES) {
            // another process may make it meanwhile
            statements.put(index.substring(0, index.indexOf(' ')), "create index if not exists " + dialect.of(index));
        }
        return statements;
    }

    /** The names of those that are there. */
    static Set<String> indexesThere(Connection connection) throws SQLException {
        Set<String> names = new HashSet<>();
        try (ResultSet rows =
                connection.getMetaData().getIndexInfo(null, connection.getSchema(), "entry", false, true)) {
            while (rows.next()) {
                names.add(String.valueOf(rows.getString("INDEX_NAME")));
            }
        }
        return names;
    }

    /** All tables, as a statement names them. */
    static String tables() {
        return CREATE.stream()
                .map(create -> create.split(" ", 4)[2])
                .collect(java.util.stream.Collectors.joining(", "));
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
