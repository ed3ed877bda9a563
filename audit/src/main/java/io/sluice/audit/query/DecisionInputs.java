package io.sluice.audit.query;

import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.IndexException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        /**
         * Records of one subject, all of one decision input.
         *
         * @param input number of the input; rows of one input come one behind the other
         * @param json the input, canonical JSON
         * @param subject reference of the subject; null for records without one
         * @param records how many of them
         */
        void take(long input, String json, @Nullable String subject, long records);
    }

    /**
     * Every input with its subjects, after the index caught up with the log.
     *
     * @param since the earliest time that a record occurred; null for all
     */
    public void forEach(@Nullable Instant since, Asked asked) {
        index.catchUp();
        String sql = "select e.input, i.json, e.subject, count(*) from entry e join input i on i.id = e.input"
                + " where e.input is not null and e.code = 'decided' and e.at >= ? group by e.input, e.subject";
        try (Connection connection = index.reader();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, since == null ? Long.MIN_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, since));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    asked.take(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4));
                }
            }
        } catch (SQLException e) {
            throw new IndexException("cannot ask the index", e);
        }
    }
}
