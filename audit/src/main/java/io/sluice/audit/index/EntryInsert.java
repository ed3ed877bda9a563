package io.sluice.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.EntryForm;
import io.sluice.core.encoding.CanonicalJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes the rows of entries, many at a time. For one transaction. */
final class EntryInsert implements AutoCloseable {
    private static final int ROWS_PER_BATCH = 1_000;

    private final PreparedStatement entries;
    private final PreparedStatement outcome;
    private final PreparedStatement reason;
    private final Interned names;
    private final Interned subjects;
    private final Interned inputs;
    private final Interned outcomes;
    private int rows;

    EntryInsert(Connection connection) throws SQLException {
        this.entries = connection.prepareStatement("insert into entry values (?,?,?,?,?,?,?,?,?,?,?)");
        this.outcome = connection.prepareStatement("insert into outcome values (?,?,?,?)");
        this.reason = connection.prepareStatement("insert into reason values (?,?,?)");
        this.names = new Interned(connection, "name");
        this.subjects = new Interned(connection, "subject");
        this.inputs = new Interned(connection, "input");
        this.outcomes = new Interned(connection, "outcomes");
    }

    void add(long index, EntryForm entry) throws SQLException {
        JsonNode json = entry.json();
        boolean act = json.path("outcome").isMissingNode();
        JsonNode input = json.path("input");
        entries.setLong(1, index);
        entries.setString(2, IndexText.stored(entry.id()));
        entries.setLong(3, micros(json));
        set(entries, 4, names.of(text(json.path("dataset"))));
        set(entries, 5, names.of(text(json.path("producer"))));
        set(entries, 6, subjects.of(text(json.path("subject").path("ref"))));
        set(
                entries,
                7,
                names.of(text(act ? json.path("code") : json.path("outcome").path("code"))));
        set(entries, 8, names.of(text(json.path("outcome").path("reason"))));
        set(entries, 9, inputs.of(input.isObject() ? CanonicalJson.text(input) : null));
        set(entries, 10, outcomes(json.path("recipients")));
        set(entries, 11, revision(json.path("policy").path("revision")));
        entries.addBatch();
        if (++rows % ROWS_PER_BATCH == 0) {
            flush();
        }
    }

    void flush() throws SQLException {
        entries.executeBatch();
    }

    @Override
    public void close() throws SQLException {
        entries.close();
        outcome.close();
        reason.close();
        names.close();
        subjects.close();
        inputs.close();
        outcomes.close();
    }

    private static void set(PreparedStatement statement, int column, @Nullable Long number) throws SQLException {
        if (number == null) {
            statement.setNull(column, Types.BIGINT);
        } else {
            statement.setLong(column, number);
        }
    }

    private @Nullable Long outcomes(JsonNode recipients) throws SQLException {
        if (recipients.isEmpty()) {
            return null;
        }
        List<List<Object>> all = new ArrayList<>();
        for (JsonNode recipient : recipients) {
            all.add(List.of(
                    recipient.path("id").asText(""),
                    recipient.path("disposition").asText(""),
                    recipient.path("code").asText(""),
                    rules(recipient)));
        }
        return outcomes.of(CanonicalJson.text(all), id -> {
            for (JsonNode recipient : recipients) {
                add(id, recipient);
            }
        });
    }

    private void add(long id, JsonNode recipient) throws SQLException {
        outcome.setLong(1, id);
        Long named = names.of(recipient.path("id").asText(""));
        set(outcome, 2, named);
        set(outcome, 3, names.of(recipient.path("disposition").asText("")));
        set(outcome, 4, names.of(text(recipient.path("code"))));
        outcome.executeUpdate();
        for (String rule : rules(recipient)) {
            reason.setLong(1, id);
            set(reason, 2, named);
            set(reason, 3, names.of(rule));
            reason.executeUpdate();
        }
    }

    private static List<String> rules(JsonNode recipient) {
        SortedSet<String> rules = new TreeSet<>();
        recipient.path("reasons").forEach(each -> rules.add(each.path("rule").asText("")));
        return List.copyOf(rules);
    }

    private static @Nullable Long revision(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() ? Long.valueOf(node.longValue()) : null;
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
