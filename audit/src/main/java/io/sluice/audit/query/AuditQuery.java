package io.sluice.audit.query;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexText;
import io.sluice.audit.index.IndexTime;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.log.TileId;
import io.sluice.audit.note.Checkpoint;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Finds entries by the index and reads them from the log. The index decides what is found, so a page is no proof that
 * nothing else is there; each entry that is found can be proved by {@link #proof}. Thread-safe.
 */
public final class AuditQuery {
    /** The longest page. */
    public static final int MAX_PAGE = 1_000;

    private static final int PLACES_AT_ONCE = 4_096;
    private static final String NAME = "(select id from name where text = ?)";

    private final AuditIndex index;
    private final LogReader log;

    /** Asks that index, and the log that it is of. */
    public AuditQuery(AuditIndex index) {
        this.index = index;
        this.log = new LogReader(index.config().source());
    }

    /** The first page. */
    public QueryPage find(QueryFilter filter, int limit) {
        return find(filter, 0, limit);
    }

    /**
     * A page, after the index caught up with the log.
     *
     * @param from the first place in the log that is looked at; {@link QueryPage#next} of the page before
     * @param limit entries of a page, 1 to {@link #MAX_PAGE}
     */
    public QueryPage find(QueryFilter filter, long from, int limit) {
        requirePage(from, limit);
        Checkpoint checkpoint = index.catchUp();
        return page(
                places(checkpoint, filter, " and e.idx >= " + from + " order by e.idx", limit + 1), limit, checkpoint);
    }

    /**
     * A page from the newest entry on backwards, after the index caught up with the log.
     *
     * @param from the last place in the log that is looked at; {@link QueryPage#next} of the page before, or {@link
     *     Long#MAX_VALUE}
     * @param limit entries of a page, 1 to {@link #MAX_PAGE}
     */
    public QueryPage findLatest(QueryFilter filter, long from, int limit) {
        requirePage(from, limit);
        Checkpoint checkpoint = index.catchUp();
        return page(
                places(checkpoint, filter, " and e.idx <= " + from + " order by e.idx desc", limit + 1),
                limit,
                checkpoint);
    }

    private static void requirePage(long from, int limit) {
        if (limit < 1 || limit > MAX_PAGE || from < 0) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " entries and starts at 0 or later");
        }
    }

    private QueryPage page(List<Long> places, int limit, Checkpoint checkpoint) {
        List<QueryPage.Found> found = new ArrayList<>();
        for (long place : places.subList(0, Math.min(limit, places.size()))) {
            found.add(read(place, checkpoint.size()));
        }
        OptionalLong next = places.size() > limit ? OptionalLong.of(places.get(limit)) : OptionalLong.empty();
        return new QueryPage(found, next, checkpoint.size());
    }

    /** How many entries there are of that kind. */
    public long count(QueryFilter filter) {
        index.catchUp();
        try (Connection connection = index.reader();
                PreparedStatement select = prepare(connection, "select count(*) from entry e", filter, "");
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    /** The newest entry whose own code that is, after the index caught up with the log; whatever the length of the log. */
    public Optional<QueryPage.Found> newest(String code) {
        Checkpoint checkpoint = index.catchUp();
        try (Connection connection = index.reader();
                PreparedStatement name = connection.prepareStatement("select id from name where text = ?");
                // its code a number, so that a database takes the end of the index entry_code and no other way
                PreparedStatement select =
                        connection.prepareStatement("select max(idx) from entry where code = ? and idx < ?")) {
            name.setString(1, IndexText.stored(code));
            OptionalLong id = number(name);
            if (id.isEmpty()) {
                return Optional.empty();
            }
            select.setLong(1, id.getAsLong());
            select.setLong(2, checkpoint.size());
            OptionalLong place = number(select);
            return place.isEmpty() ? Optional.empty() : Optional.of(read(place.getAsLong(), checkpoint.size()));
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    private static OptionalLong number(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            if (!rows.next()) {
                return OptionalLong.empty();
            }
            long number = rows.getLong(1);
            return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
        }
    }

    /** Brings the index up to the log. The checkpoint is what later questions may be asked under. */
    public Checkpoint catchUp() {
        return index.catchUp();
    }

    /**
     * Every entry that a filter finds under a checkpoint, in the order of the log, each bundle read once. Takes the memory of
     * one bundle however many there are.
     *
     * @param checkpoint what {@link #catchUp} returned
     * @throws IndexException also on the way, where another process builds the index anew; what was given is then not all
     */
    public void forEach(QueryFilter filter, Checkpoint checkpoint, Consumer<QueryPage.Found> each) {
        List<byte[]> bundle = List.of();
        long bundleIndex = -1;
        long from = 0;
        List<Long> places;
        do {
            places = places(checkpoint, filter, " and e.idx >= " + from + " order by e.idx", PLACES_AT_ONCE);
            for (long place : places) {
                if (place / TileId.FULL != bundleIndex) {
                    bundleIndex = place / TileId.FULL;
                    bundle = log.bundle(bundleIndex, checkpoint.size());
                }
                each.accept(parsed(place, bundle.get((int) (place % TileId.FULL))));
                from = place + 1;
            }
        } while (places.size() == PLACES_AT_ONCE);
    }

    /** The ids of the entries from one place up to another, in the order of the log, out of the index alone. */
    public List<String> ids(long from, long end) {
        List<String> ids = new ArrayList<>();
        try (Connection connection = index.reader(end);
                PreparedStatement select =
                        connection.prepareStatement("select id from entry where idx >= ? and idx < ? order by idx")) {
            select.setLong(1, from);
            select.setLong(2, end);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(IndexText.read(rows.getString(1)));
                }
            }
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
        return ids;
    }

    /** The proof that an entry stands in the log: a C2SP tlog-proof, with the checkpoint. */
    public String proof(long place) {
        return log.proof(place, index.config().key()).withoutEntry().text();
    }

    private QueryPage.Found read(long place, long size) {
        return found(place, log.entry(place, size));
    }

    /** That it has the form of an entry was seen when it was indexed; to see it again costs more than all else. */
    private static QueryPage.Found parsed(long place, byte[] bytes) {
        try {
            return new QueryPage.Found(place, bytes, StrictJson.read(bytes));
        } catch (MalformedJsonException e) {
            throw new IndexException("entry " + place + " is not JSON: " + e.getMessage() + "; run audit verify", e);
        }
    }

    private static QueryPage.Found found(long place, byte[] bytes) {
        try {
            return new QueryPage.Found(place, bytes, EntryForm.read(bytes).json());
        } catch (EntryForm.BadFormException e) {
            throw new IndexException("entry " + place + " " + e.getMessage() + "; run audit verify", e);
        }
    }

    /** Those under the checkpoint: another process may have indexed more by now. */
    private List<Long> places(Checkpoint checkpoint, QueryFilter filter, String range, int limit) {
        List<Long> places = new ArrayList<>();
        try (Connection connection = index.reader(checkpoint.size());
                PreparedStatement select = prepare(
                        connection,
                        "select e.idx from entry e",
                        filter,
                        " and e.idx < " + checkpoint.size() + range + " limit " + limit);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                places.add(rows.getLong(1));
            }
            return places;
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String select, QueryFilter filter, String end)
            throws SQLException {
        StringBuilder sql = new StringBuilder(select + " where 1 = 1");
        List<Object> values = new ArrayList<>();
        where(sql, values, " and e.subject = (select id from subject where text = ?)", filter.subject());
        where(sql, values, " and e.dataset = " + NAME, filter.dataset());
        where(sql, values, " and e.producer = " + NAME, filter.producer());
        where(sql, values, " and e.id = ?", filter.entryId());
        where(sql, values, " and e.at >= ?", filter.from() == null ? null : IndexTime.micros(filter.from()));
        where(sql, values, " and e.at < ?", filter.to() == null ? null : IndexTime.micros(filter.to()));
        where(sql, values, " and e.revision = ?", filter.revision());
        if (filter.recipient() != null || filter.disposition() != null || filter.rule() != null) {
            // what is asked of a recipient holds of one and the same
            sql.append(" and e.outcomes in (select o.outcomes from outcome o");
            where(
                    sql,
                    values,
                    " join reason r on r.outcomes = o.outcomes and r.recipient = o.recipient and r.rule = " + NAME,
                    filter.rule());
            sql.append(" where 1 = 1");
            where(sql, values, " and o.recipient = " + NAME, filter.recipient());
            where(
                    sql,
                    values,
                    " and o.disposition = " + NAME,
                    filter.disposition() == null ? null : filter.disposition().code());
            sql.append(')');
        }
        if (filter.code() != null) {
            sql.append(" and (e.code = " + NAME + " or e.reason = " + NAME
                    + " or e.outcomes in (select o.outcomes from outcome o where o.code = " + NAME + "))");
            values.addAll(List.of(filter.code(), filter.code(), filter.code()));
        }
        PreparedStatement statement = connection.prepareStatement(sql + end);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            statement.setObject(i + 1, value instanceof String text ? IndexText.stored(text) : value);
        }
        return statement;
    }

    private static void where(
            StringBuilder sql, List<Object> values, String clause, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            sql.append(clause);
            values.add(value);
        }
    }
}
