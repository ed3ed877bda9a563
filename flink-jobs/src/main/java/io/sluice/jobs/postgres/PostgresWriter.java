package io.sluice.jobs.postgres;

import io.sluice.jobs.released.ReleasedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * Collects events and writes them in batches, at the latest before a checkpoint. Where the server cannot be reached it waits
 * and tries again, up to the limit, and then fails the task, whose restart writes the same again. Confined to the task thread.
 */
final class PostgresWriter implements SinkWriter<ReleasedEvent> {
    private final PostgresConfig config;
    private final Database database;
    private final Layout layout;
    private final UUID identity;
    private final Counter counter;
    /** By recipient and released id: of two records with one id the later stays. */
    private final Map<String, Map<String, EventRow>> waiting = new TreeMap<>();

    private final Map<String, Upsert> ready = new HashMap<>();

    private int rows;
    private long bytes;
    private @Nullable Connection connection;

    PostgresWriter(PostgresConfig config, UUID identity, Counter counter) {
        this.config = config;
        this.database = new Database(config);
        this.layout = new Layout(config);
        this.identity = identity;
        this.counter = counter;
    }

    @Override
    public void write(ReleasedEvent event, Context context) throws InterruptedException {
        waiting.computeIfAbsent(event.recipient(), recipient -> new LinkedHashMap<>())
                .merge(event.id(), EventRow.of(event), PostgresWriter::later);
        rows++;
        bytes += event.data() == null ? 0 : event.data().length;
        if (rows >= config.batchRows() || bytes >= PostgresConfig.BATCH_BYTES) {
            flush(false);
        }
    }

    @Override
    public void flush(boolean endOfInput) throws InterruptedException {
        if (rows > 0) {
            Patience.untilDone(config, this::delivered);
        }
    }

    @Override
    public void close() {
        disconnect();
    }

    /** Each recipient's events in a transaction; a recipient whose transaction is through is not written again. */
    private int delivered() {
        try {
            return deliver(connected());
        } catch (PostgresException e) {
            disconnect();
            throw e;
        }
    }

    private int deliver(Connection open) {
        int before = rows;
        for (String recipient : new ArrayList<>(waiting.keySet())) {
            Map<String, EventRow> events = waiting.getOrDefault(recipient, Map.of());
            try {
                upsert(open, recipient).write(open, events.values());
                open.commit();
            } catch (SQLException e) {
                throw PostgresException.of(what(recipient, List.copyOf(events.values())), config, e);
            }
            counter.inc(events.size());
            waiting.remove(recipient);
        }
        rows = 0;
        bytes = 0;
        return before;
    }

    private Connection connected() {
        if (connection == null) {
            Connection open = database.connect();
            connection = open;
            try {
                UUID found = layout.identify(open);
                if (!found.equals(identity)) {
                    throw PostgresException.lasting(
                            "Another database answers than the one that the job's position belongs to: " + found
                                    + " in place of " + identity + "; start the job again",
                            config);
                }
            } catch (SQLException e) {
                throw PostgresException.of("The schema cannot be read or made", config, e);
            }
        }
        return connection;
    }

    private Upsert upsert(Connection open, String recipient) throws SQLException {
        Upsert upsert = ready.get(recipient);
        if (upsert == null) {
            RecipientTable table = new RecipientTable(config.schema(), recipient);
            layout.ensure(open, table);
            upsert = new Upsert(table);
            ready.put(recipient, upsert);
        }
        return upsert;
    }

    private void disconnect() {
        ready.clear(); // another connection may meet another server
        if (connection != null) {
            Database.close(connection);
            connection = null;
        }
    }

    private static EventRow later(EventRow one, EventRow other) {
        return one.partition() == other.partition() && one.offset() > other.offset() ? one : other;
    }

    private static String what(String recipient, List<EventRow> events) {
        EventRow first = events.get(0);
        EventRow last = events.get(events.size() - 1);
        return events.size() + " events of recipient " + recipient + ", from partition " + first.partition()
                + " offset "
                + first.offset() + " to partition " + last.partition() + " offset " + last.offset()
                + ", could not be written";
    }
}
