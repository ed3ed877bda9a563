package io.sluice.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.EntryForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Writes the rows of entries, many at a time. */
final class EntryInsert implements AutoCloseable {
    private static final int ROWS_PER_BATCH = 1_000;

    private final PreparedStatement entries;
    private final PreparedStatement recipients;
    private final InputIds inputs;
    private int rows;

    EntryInsert(Connection connection) throws SQLException {
        this.entries = connection.prepareStatement("insert or replace into entry values (?,?,?,?,?,?,?,?,?,?)");
        this.inputs = new InputIds(connection);
        this.recipients = connection.prepareStatement("insert or replace into recipient values (?,?,?,?)");
    }

    void add(long index, EntryForm entry) throws SQLException {
        JsonNode json = entry.json();
        boolean act = json.path("outcome").isMissingNode();
        entries.setLong(1, index);
        entries.setString(2, entry.id());
        entries.setString(3, entry.type());
        entries.setLong(4, micros(json));
        entries.setString(5, text(json.path("dataset")));
        entries.setString(6, text(json.path("producer")));
        entries.setString(7, text(json.path("subject").path("ref")));
        entries.setString(8, text(act ? json.path("code") : json.path("outcome").path("code")));
        entries.setString(9, text(json.path("outcome").path("reason")));
        Long input = inputs.of(json.path("input"));
        if (input == null) {
            entries.setNull(10, Types.INTEGER);
        } else {
            entries.setLong(10, input);
        }
        entries.addBatch();
        for (JsonNode recipient : json.path("recipients")) {
            recipients.setString(1, recipient.path("id").asText(""));
            recipients.setString(2, recipient.path("disposition").asText(""));
            recipients.setLong(3, index);
            recipients.setString(4, text(recipient.path("code")));
            recipients.addBatch();
        }
        if (++rows % ROWS_PER_BATCH == 0) {
            flush();
        }
    }

    void flush() throws SQLException {
        entries.executeBatch();
        recipients.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        inputs.close();
        entries.close();
        recipients.close();
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : null;
    }

    /** When it occurred, else when it was recorded; 0 where an entry says neither. */
    private static long micros(JsonNode entry) {
        String time = text(entry.path("time"));
        String said = time != null ? time : text(entry.path("recorded"));
        if (said == null) {
            return 0;
        }
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(said));
        } catch (DateTimeException e) {
            return 0; // the log is the truth; an odd time is no reason not to find the entry by its other fields
        }
    }
}
