package io.sluice.audit.query;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexText;
import io.sluice.audit.index.IndexTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts over the whole log, out of the index alone. Thread-safe; blocks for as long as it takes to look at each row once. */
public final class Tallies {
    private final AuditIndex index;

    /** Of that index. */
    public Tallies(AuditIndex index) {
        this.index = index;
    }

    /**
     * What became of the records for each recipient.
     *
     * @param recipients per recipient, how often each disposition
     * @param codes how often each outcome of a record and each act
     * @param first when the first record occurred; the epoch where there is none
     * @param last when the last one did
     */
    public record Totals(
            SortedMap<String, SortedMap<String, Long>> recipients,
            SortedMap<String, Long> codes,
            Instant first,
            Instant last) {
        public Totals {
            recipients = Collections.unmodifiableSortedMap(new TreeMap<>(recipients));
            codes = Collections.unmodifiableSortedMap(new TreeMap<>(codes));
        }
    }

    /** Counts what is indexed now. */
    public Totals totals() {
        try (Connection connection = index.reader()) {
            SortedMap<String, SortedMap<String, Long>> recipients = new TreeMap<>();
            rows(
                    connection,
                    "select r.text, d.text, sum(counted.n) from"
                            + " (select outcomes, count(*) n from entry where outcomes is not null group by outcomes) counted"
                            + " join outcome o on o.outcomes = counted.outcomes"
                            + " join name r on r.id = o.recipient join name d on d.id = o.disposition group by 1, 2",
                    row -> recipients
                            .computeIfAbsent(IndexText.read(row.getString(1)), unused -> new TreeMap<>())
                            .put(IndexText.read(row.getString(2)), row.getLong(3)));
            SortedMap<String, Long> codes = new TreeMap<>();
            rows(
                    connection,
                    "select n.text, counted.n from (select code, count(*) n from entry group by code) counted"
                            + " join name n on n.id = counted.code",
                    row -> codes.put(IndexText.read(row.getString(1)), row.getLong(2)));
            List<Instant> times = new ArrayList<>(List.of(Instant.EPOCH, Instant.EPOCH));
            rows(connection, "select min(at), max(at) from entry where outcomes is not null and at > 0", row -> {
                times.set(0, time(row.getLong(1)));
                times.set(1, time(row.getLong(2)));
            });
            return new Totals(recipients, codes, times.get(0), times.get(1));
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    /**
     * How many records were decided in each of some spans of time of the same length.
     *
     * @param from when the first one begins
     * @param length of each
     * @param spans how many
     */
    public List<Long> records(Instant from, Duration length, int spans) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(spans, 0L));
        long start = IndexTime.micros(from);
        long width = length.toNanos() / 1_000;
        String sql =
                "select (at - ?) / ?, count(*) from entry where at >= ? and at < ? and outcomes is not null group by 1";
        try (Connection connection = index.reader();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, start);
            select.setLong(2, width);
            select.setLong(3, start);
            select.setLong(4, start + width * spans);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    counts.set((int) rows.getLong(1), rows.getLong(2));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    /**
     * What was decided in a span of time.
     *
     * @param records records that were decided, quarantined or dropped as duplicates
     * @param released views that went out; one record may have several
     * @param withheld views that the rulebook withheld
     * @param quarantined views that a fault held back
     */
    public record Flow(long records, long released, long withheld, long quarantined) {
        /** All views. */
        public long views() {
            return released + withheld + quarantined;
        }

        /** @param disposition null for all recipients together */
        private Flow plus(@Nullable String disposition, long count) {
            if (disposition == null) {
                return new Flow(records + count, released, withheld, quarantined);
            }
            return switch (disposition) {
                case "release" -> new Flow(records, released + count, withheld, quarantined);
                case "withhold" -> new Flow(records, released, withheld + count, quarantined);
                default -> new Flow(records, released, withheld, quarantined + count);
            };
        }
    }

    /**
     * What became of the records of each of some spans of time of the same length; looks at the rows of that time alone.
     *
     * @param from when the first one begins
     * @param length of each
     * @param spans how many
     */
    public List<Flow> flow(Instant from, Duration length, int spans) {
        List<Flow> flow = new ArrayList<>(Collections.nCopies(spans, new Flow(0, 0, 0, 0)));
        long start = IndexTime.micros(from);
        long width = length.toNanos() / 1_000;
        String sql = "with counted as (select (at - ?) / ? span, outcomes, count(*) n"
                + " from entry where at >= ? and at < ? and outcomes is not null group by 1, 2)"
                + " select span, cast(null as text), sum(n) from counted group by 1 union all"
                + " select counted.span, d.text, sum(counted.n) from counted"
                + " join outcome o on o.outcomes = counted.outcomes join name d on d.id = o.disposition group by 1, 2";
        try (Connection connection = index.reader();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, start);
            select.setLong(2, width);
            select.setLong(3, start);
            select.setLong(4, start + width * spans);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    int span = (int) rows.getLong(1);
                    flow.set(span, flow.get(span).plus(rows.getString(2), rows.getLong(3)));
                }
            }
            return flow;
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    private static void rows(Connection connection, String sql, Row each) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                each.take(rows);
            }
        }
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
