package io.sluice.audit.query;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexText;
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
        Checkpoint checkpoint = index.forQuestion();
        return page(places(checkpoint, filter, from, limit + 1), limit, checkpoint);
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
        Checkpoint checkpoint = index.forQuestion();
        long below = from < checkpoint.size() ? from + 1 : checkpoint.size();
        return page(places(checkpoint, EntrySelect.places(filter, 0, below, true, limit + 1)), limit, checkpoint);
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

    /** How many entries there are of that kind, under the checkpoint that the index has by then. */
    public long count(QueryFilter filter) {
        return count(filter, index.forQuestion().size());
    }

    /** How many of them there are below the size of a checkpoint that the index caught up with before. */
    public long count(QueryFilter filter, long below) {
        try (Connection connection = index.reader(below);
                PreparedStatement select = EntrySelect.count(filter, below).prepare(connection);
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    /** The newest entry whose own code that is, after the index caught up with the log; whatever the length of the log. */
    public Optional<QueryPage.Found> newest(String code) {
        Checkpoint checkpoint = index.forQuestion();
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

    /** Brings the index up to the log, as far as a question may. The checkpoint is what later questions may be asked under. */
    public Checkpoint catchUp() {
        return index.forQuestion();
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
            places = places(checkpoint, filter, from, PLACES_AT_ONCE);
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

    /** Those from a place on, under the checkpoint: another process may have indexed more by now. */
    private List<Long> places(Checkpoint checkpoint, QueryFilter filter, long from, int limit) {
        return places(checkpoint, EntrySelect.places(filter, from, checkpoint.size(), false, limit));
    }

    private List<Long> places(Checkpoint checkpoint, EntrySelect asked) {
        List<Long> places = new ArrayList<>();
        try (Connection connection = index.reader(checkpoint.size());
                PreparedStatement select = asked.prepare(connection);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                places.add(rows.getLong(1));
            }
            return places;
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }
}
