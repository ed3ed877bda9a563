package io.sluice.audit.query;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.IndexException;
import io.sluice.audit.index.IndexText;
import io.sluice.audit.index.IndexTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the policy was asked about the records of the log: each different decision input, and about whom. Thread-safe. */
public final class DecisionInputs {
    private final AuditIndex index;

    /** Of that index. */
    public DecisionInputs(AuditIndex index) {
        this.index = index;
    }

    /** Takes what was asked. */
    public interface Asked {
        /** An input, canonical JSON; its records follow, up to the next one. */
        void input(String json);

        /**
         * Records of the last input, all of one subject.
         *
         * @param subject number of the subject, one each from 1 up; 0 for records without one
         * @param records how many of them
         */
        void records(long subject, long records);
    }

    /**
     * Every input with its subjects, after the index caught up with the log.
     *
     * @param since the earliest time that a record occurred; null for all
     * @param until the time before which it occurred; null for all
     */
    public void forEach(@Nullable Instant since, @Nullable Instant until, Asked asked) {
        index.forQuestion();
        // answered from the index entry_input alone, in its order: nothing is sorted, and no row of entry is read
        String sql = "select input, coalesce(subject, 0), count(*) from entry where input is not null"
                + " and code = (select id from name where text = 'decided') and at >= ? and at < ?"
                + " group by input, subject order by input";
        try (Connection connection = index.reader();
                PreparedStatement select = connection.prepareStatement(sql);
                PreparedStatement text = connection.prepareStatement("select text from input where id = ?")) {
            select.setLong(1, since == null ? Long.MIN_VALUE : IndexTime.micros(since));
            select.setLong(2, until == null ? Long.MAX_VALUE : IndexTime.micros(until));
            try (ResultSet rows = select.executeQuery()) {
                long current = 0;
                while (rows.next()) {
                    if (rows.getLong(1) != current) {
                        current = rows.getLong(1);
                        asked.input(text(text, current));
                    }
                    asked.records(rows.getLong(2), rows.getLong(3));
                }
            }
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }

    private static String text(PreparedStatement select, long id) throws SQLException {
        select.setLong(1, id);
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return IndexText.read(rows.getString(1));
        }
    }
}
