package io.sluice.jobs.postgres;

import io.sluice.core.event.Choice;
import io.sluice.core.event.Notice;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes events of one recipient into its table, any number of times with the same end:
 *
 * <ul>
 *   <li>An id has one row, of the latest record with that id.
 *   <li>A notice is a row like every event. It also marks the subject's views that stand before it in the topic: same
 *       partition, lower offset. A subject's views and notices share a partition, so that is exactly what was released
 *       before, in whatever order and however often the records arrive.
 *   <li>An erasure leaves of them, and of earlier notices, the id, the position and the mark, and no later write brings
 *       them back.
 * </ul>
 */
final class Upsert {
    private static final String ERASED = Choice.Kind.ERASURE.code();

    private final String insert;
    private final String mark;
    private final String erase;

    Upsert(RecipientTable table) {
        insert = """
                INSERT INTO %s AS t (id, source, type, subject, time, datacontenttype, extensions, data, data_binary,
                  kafka_partition, kafka_offset)
                SELECT id, source, type, subject, time, datacontenttype, extensions::json, data::json, data_binary,
                  kafka_partition, kafka_offset
                FROM unnest(?, ?, ?, ?, ?::timestamptz[], ?, ?, ?, ?, ?, ?) AS e (id, source, type, subject, time,
                  datacontenttype, extensions, data, data_binary, kafka_partition, kafka_offset)
                ORDER BY id
                ON CONFLICT (id) DO UPDATE SET source = excluded.source, type = excluded.type, subject = excluded.subject,
                  time = excluded.time, datacontenttype = excluded.datacontenttype, extensions = excluded.extensions,
                  data = excluded.data, data_binary = excluded.data_binary, kafka_partition = excluded.kafka_partition,
                  kafka_offset = excluded.kafka_offset, delivered_at = excluded.delivered_at
                WHERE t.notice IS DISTINCT FROM '%s'
                  AND (t.kafka_partition <> excluded.kafka_partition OR t.kafka_offset < excluded.kafka_offset)""".formatted(table.qualified(), ERASED);
        String rows = """
                WHERE subject = ? AND kafka_partition = ? AND kafka_offset < ?
                  AND notice IS DISTINCT FROM '%s' AND coalesce(notice_offset, -1) < ?""".formatted(ERASED);
        mark = "UPDATE %s SET notice = ?, noticed_at = ?, notice_offset = ?\n".formatted(table.qualified())
                + rows
                + " AND type NOT LIKE '" + Notice.TYPE_PREFIX + "%'";
        erase = "UPDATE %s SET source = NULL, type = NULL, subject = NULL, time = NULL, datacontenttype = NULL,\n"
                        .formatted(table.qualified())
                + "  extensions = NULL, data = NULL, data_binary = NULL, notice = ?, noticed_at = ?, notice_offset = ?\n"
                + rows
                + " AND type <> '" + Notice.type(Choice.Kind.ERASURE) + "'";
    }

    /** Writes events with different ids, without committing. */
    void write(Connection connection, Collection<EventRow> rows) throws SQLException {
        List<EventRow> all = List.copyOf(rows);
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            text(statement, 1, all, EventRow::id);
            text(statement, 2, all, EventRow::source);
            text(statement, 3, all, EventRow::type);
            text(statement, 4, all, EventRow::subject);
            text(
                    statement,
                    5,
                    all,
                    row -> row.time() == null ? null : row.time().toString());
            text(statement, 6, all, EventRow::contentType);
            text(statement, 7, all, EventRow::extensions);
            text(statement, 8, all, EventRow::json);
            column(statement, 9, "bytea", all.stream().map(EventRow::binary).toArray(byte[][]::new));
            column(statement, 10, "int4", all.stream().map(EventRow::partition).toArray(Integer[]::new));
            column(statement, 11, "int8", all.stream().map(EventRow::offset).toArray(Long[]::new));
            statement.executeUpdate();
        }
        List<EventRow> notices = all.stream()
                .filter(row -> row.type() != null && Notice.kindOf(row.type()).isPresent())
                .sorted(Comparator.comparingInt(EventRow::partition).thenComparingLong(EventRow::offset))
                .toList();
        for (EventRow notice : notices) {
            apply(connection, notice);
        }
    }

    private void apply(Connection connection, EventRow notice) throws SQLException {
        Choice.Kind kind = Notice.kindOf(String.valueOf(notice.type())).orElseThrow();
        try (PreparedStatement statement = connection.prepareStatement(kind == Choice.Kind.ERASURE ? erase : mark)) {
            statement.setString(1, kind.code());
            statement.setObject(
                    2, notice.time() == null ? null : OffsetDateTime.ofInstant(notice.time(), ZoneOffset.UTC));
            statement.setLong(3, notice.offset());
            statement.setString(4, notice.subject());
            statement.setInt(5, notice.partition());
            statement.setLong(6, notice.offset());
            statement.setLong(7, notice.offset());
            statement.executeUpdate();
        }
    }

    private static void text(
            PreparedStatement statement, int index, List<EventRow> rows, Function<EventRow, @Nullable String> value)
            throws SQLException {
        column(statement, index, "text", rows.stream().map(value).toArray(String[]::new));
    }

    private static void column(PreparedStatement statement, int index, String type, Object[] values)
            throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }
}
