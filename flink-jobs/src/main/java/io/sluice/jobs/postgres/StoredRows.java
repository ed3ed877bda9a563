package io.sluice.jobs.postgres;

import io.sluice.core.event.Choice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The rows of one partition of a recipient's topic, by offset, a few hundred in memory at a time. One thread. */
final class StoredRows implements AutoCloseable {
    private static final int FETCH_ROWS = 200;

    /** A row and whether an erasure emptied it. */
    record Stored(EventRow row, boolean erased) {}

    private final PreparedStatement statement;
    private final ResultSet rows;
    private @Nullable Stored next;

    /**
     * @param from first offset
     * @param to the offset behind the last
     */
    StoredRows(Connection connection, RecipientTable table, int partition, long from, long to) throws SQLException {
        statement = connection.prepareStatement("""
                SELECT id, source, type, subject, time, datacontenttype, extensions::text, data::text, data_binary,
                  kafka_partition, kafka_offset, notice FROM %s
                WHERE kafka_partition = ? AND kafka_offset >= ? AND kafka_offset < ?
                ORDER BY kafka_partition, kafka_offset""".formatted(table.qualified()));
        statement.setFetchSize(FETCH_ROWS);
        statement.setInt(1, partition);
        statement.setLong(2, from);
        statement.setLong(3, to);
        rows = statement.executeQuery();
        advance();
    }

    /** The row at hand, null behind the last. */
    @Nullable
    Stored peek() {
        return next;
    }

    /** Goes on to the next row. */
    void advance() throws SQLException {
        next = rows.next() ? new Stored(row(), Choice.Kind.ERASURE.code().equals(rows.getString(12))) : null;
    }

    private EventRow row() throws SQLException {
        OffsetDateTime time = rows.getObject(5, OffsetDateTime.class);
        Instant instant = time == null ? null : time.toInstant();
        return new EventRow(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                instant,
                rows.getString(6),
                rows.getString(7),
                rows.getString(8),
                rows.getBytes(9),
                rows.getInt(10),
                rows.getLong(11));
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
