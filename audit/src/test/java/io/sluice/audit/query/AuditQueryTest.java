package io.sluice.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.audit.index.IndexPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** In a SQLite file. */
class AuditQueryTest extends AuditQueryContract {
    @Override
    IndexPlace place() {
        return new IndexPlace.SqliteFile(file());
    }

    private Path file() {
        return folder.resolve("index.sqlite");
    }

    @Override
    String interrupted() {
        return "INTERRUPT";
    }

    /** Of a code that millions of entries have, a page costs a page: each way is a range of an index, and ends with the page. */
    @Test
    void aPageOfACommonCodeIsReadFromAnIndexInItsOrder() throws Exception {
        query.count(QueryFilter.all());
        EntrySelect page = EntrySelect.places(QueryFilter.all().withCode("decided"), 0, 601, true, 50);
        StringBuilder plan = new StringBuilder();
        try (Connection connection = index.reader();
                PreparedStatement explain =
                        new EntrySelect("explain query plan " + page.sql(), page.values()).prepare(connection);
                ResultSet steps = explain.executeQuery()) {
            while (steps.next()) {
                plan.append(steps.getString("detail")).append('\n');
            }
        }
        assertThat(plan)
                .contains("SEARCH e USING COVERING INDEX entry_code (code=? AND rowid>? AND rowid<?)")
                .doesNotContain("MULTI-INDEX OR", "SCAN e");
    }

    @Override
    void drop() throws Exception {
        for (String end : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(file() + end));
        }
    }

    @Override
    void edit(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
            statement.execute(sql);
        }
    }

    @Override
    void editVersion(int version) throws SQLException {
        edit("pragma user_version = " + version);
    }
}
