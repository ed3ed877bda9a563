package io.sluice.audit.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.ProgressHandler;

/** Interrupts the statements of a connection that was opened longer ago than this; goes with the connection. */
final class QuestionLimit extends ProgressHandler {
    /** Steps of SQLite's machine between two looks at the time: well under a millisecond. */
    private static final int STEPS = 10_000;

    private final long begin = System.nanoTime();
    private final long nanos;

    private QuestionLimit(Duration limit) {
        this.nanos = limit.toNanos();
    }

    static void set(Connection connection, Duration limit) throws SQLException {
        ProgressHandler.setHandler(connection, STEPS, new QuestionLimit(limit));
    }

    @Override
    protected int progress() {
        return System.nanoTime() - begin > nanos ? 1 : 0;
    }
}
