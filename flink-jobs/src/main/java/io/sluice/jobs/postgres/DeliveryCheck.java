package io.sluice.jobs.postgres;

import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import io.sluice.jobs.released.ReleasedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares recipients' topics with their tables, row by row: id, envelope, data, position. It looks at what the topic holds
 * at its start, and needs memory for a few hundred rows whatever their number. Changes nothing; delivery may go on
 * meanwhile. One thread.
 */
public final class DeliveryCheck implements AutoCloseable {
    /** Longest wait for a record that is there. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final PostgresConfig config;
    private final Connection connection;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * Connects to both.
     *
     * @throws PostgresException where there is no connection
     */
    public DeliveryCheck(PostgresConfig config, ClientSettings kafka) {
        this.config = config;
        Properties properties = kafka.toProperties();
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(SILENCE.toMillis()));
        // A fetch that waits at a partition's end holds up the next partition.
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
        this.connection = new Database(config).connect();
        try {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (SQLException e) {
            Database.close(connection);
            throw PostgresException.of("The session cannot be set up", config, e);
        } catch (RuntimeException e) {
            Database.close(connection);
            throw e;
        }
    }

    /**
     * Compares, one tally for each partition of each recipient's topic.
     *
     * @throws PostgresException where the database fails
     * @throws KafkaUnavailableException where Kafka does
     */
    public List<DeliveryTally> run(Collection<String> recipients) {
        List<DeliveryTally> tallies = new ArrayList<>();
        for (String recipient : recipients) {
            String topic = new Topics(config.tenant(), 1).released(recipient);
            try {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .sorted(Comparator.comparingInt(TopicPartition::partition))
                        .toList();
                for (TopicPartition partition : partitions) {
                    tallies.add(tally(recipient, partition));
                }
            } catch (SQLException e) {
                throw PostgresException.of("The table of " + recipient + " cannot be read", config, e);
            } catch (KafkaException e) {
                throw new KafkaUnavailableException("Reading " + topic, e);
            }
        }
        return tallies;
    }

    private DeliveryTally tally(String recipient, TopicPartition partition) throws SQLException {
        List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        long begin = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(one).getOrDefault(partition, 0L);
        consumer.seek(partition, begin);
        RecipientTable table = new RecipientTable(config.schema(), recipient);
        DeliveryTally.Count count = new DeliveryTally.Count(recipient, partition.partition());
        if (new Layout(config).columns(connection, table.name()).isEmpty()) {
            read(recipient, partition, end, (record, event) -> count.behind(event.isPresent()));
        } else {
            count.older(number(table, "count(*)", partition.partition(), begin));
            long last = number(table, "coalesce(max(kafka_offset), -1)", partition.partition(), end);
            try (StoredRows rows = new StoredRows(connection, table, partition.partition(), begin, end)) {
                read(recipient, partition, end, (record, event) -> {
                    compare(table, rows, record, event, last, count);
                });
                skip(rows, Long.MAX_VALUE, count);
            }
        }
        connection.rollback(); // the next partition sees what was committed meanwhile
        return count.tally();
    }

    /** What is done with each record. */
    private interface Visit {
        void record(ConsumerRecord<byte[], byte[]> record, Optional<ReleasedEvent> event) throws SQLException;
    }

    private void read(String recipient, TopicPartition partition, long end, Visit visit) throws SQLException {
        long progress = System.nanoTime();
        while (consumer.position(partition) < end) {
            long before = consumer.position(partition);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    visit.record(record, ReleasedEvent.of(recipient, record));
                }
            }
            if (consumer.position(partition) > before) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > SILENCE.toNanos()) {
                throw new KafkaUnavailableException("No record of " + partition + " came for " + SILENCE, null);
            }
        }
    }

    private void compare(
            RecipientTable table,
            StoredRows rows,
            ConsumerRecord<byte[], byte[]> record,
            Optional<ReleasedEvent> event,
            long last,
            DeliveryTally.Count count)
            throws SQLException {
        skip(rows, record.offset(), count);
        StoredRows.Stored stored = rows.peek();
        boolean here = stored != null && stored.row().offset() == record.offset();
        if (event.isEmpty()) {
            count.foreign(); // a row of it, if there is one, is met as an extra one
        } else if (here && stored != null) {
            EventRow row = stored.row();
            boolean same = stored.erased() ? row.id().equals(event.get().id()) : row.equals(EventRow.of(event.get()));
            count.found(same);
            rows.advance();
        } else if (isSuperseded(table, event.get())) {
            return; // the later record is the one that counts
        } else if (record.offset() > last) {
            count.behind(true);
        } else {
            count.missing();
        }
    }

    /** Passes over rows before an offset: the topic has no event for them. */
    private static void skip(StoredRows rows, long offset, DeliveryTally.Count count) throws SQLException {
        for (StoredRows.Stored at = rows.peek(); at != null && at.row().offset() < offset; at = rows.peek()) {
            count.extra();
            rows.advance();
        }
    }

    /** Whether a later record with the same id took its row. */
    private boolean isSuperseded(RecipientTable table, ReleasedEvent event) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT 1 FROM " + table.qualified()
                + " WHERE id = ? AND (kafka_partition <> ? OR kafka_offset > ?)")) {
            statement.setString(1, event.id());
            statement.setInt(2, event.partition());
            statement.setLong(3, event.offset());
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private long number(RecipientTable table, String what, int partition, long before) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT " + what + " FROM " + table.qualified() + " WHERE kafka_partition = ? AND kafka_offset < ?")) {
            statement.setInt(1, partition);
            statement.setLong(2, before);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
        Database.close(connection);
    }
}
