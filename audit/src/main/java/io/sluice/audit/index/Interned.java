package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of texts that return: a million entries name a few recipients and ask a few thousand questions, and a number is
 * what an index holds cheaply. For one transaction: a rollback takes numbers back that this still knows.
 */
final class Interned implements AutoCloseable {
    private static final int MAX_KNOWN = 16_384;

    private final PreparedStatement insert;
    private final PreparedStatement select;
    private final Map<String, Long> known = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /** @param table one of {@link IndexSchema} with the columns {@code id} and {@code text} */
    Interned(Connection connection, String table) throws SQLException {
        this.insert = connection.prepareStatement("insert into " + table + " (text) values (?)");
        this.select = connection.prepareStatement("select id from " + table + " where text = ?");
    }

    /** The number of a text, a new one where it was never seen; null for null. */
    @Nullable
    Long of(@Nullable String text) throws SQLException {
        return text == null ? null : of(text, id -> {});
    }

    /** The number of a text; where it is new, what belongs to it is written too. */
    long of(String text, Described described) throws SQLException {
        Long id = known.get(text);
        if (id == null) {
            id = stored(text);
            if (id == null) {
                id = add(text);
                described.write(id);
            }
            known.put(text, id);
        }
        return id;
    }

    /** Writes what else is known of a new number. */
    interface Described {
        void write(long id) throws SQLException;
    }

    private long add(String text) throws SQLException {
        insert.setString(1, IndexText.stored(text));
        insert.executeUpdate();
        return Objects.requireNonNull(stored(text), "a row that was just inserted is not there");
    }

    private @Nullable Long stored(String text) throws SQLException {
        select.setString(1, IndexText.stored(text));
        try (ResultSet rows = select.executeQuery()) {
            return rows.next() ? Long.valueOf(rows.getLong(1)) : null;
        }
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        select.close();
    }
}
