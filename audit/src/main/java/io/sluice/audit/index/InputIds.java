package io.sluice.audit.index;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers of decision inputs: a million records ask a few thousand questions. */
final class InputIds implements AutoCloseable {
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

    InputIds(Connection connection) throws SQLException {
        this.insert = connection.prepareStatement("insert or ignore into input (json) values (?)");
        this.select = connection.prepareStatement("select id from input where json = ?");
    }

    /** The number of an input, a new one where it was never asked; null where an entry has none. */
    @Nullable
    Long of(JsonNode input) throws SQLException {
        if (!input.isObject()) {
            return null;
        }
        String json = CanonicalJson.text(input);
        Long id = known.get(json);
        if (id == null) {
            id = number(json);
            known.put(json, id);
        }
        return id;
    }

    private long number(String json) throws SQLException {
        insert.setString(1, json);
        insert.executeUpdate();
        select.setString(1, json);
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        select.close();
    }
}
