package io.sluice.audit.query;

import io.sluice.audit.index.IndexPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

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
