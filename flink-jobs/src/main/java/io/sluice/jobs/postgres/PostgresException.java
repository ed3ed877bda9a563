package io.sluice.jobs.postgres;

import java.sql.SQLException;

/**
 * What PostgreSQL did not do, for a person: what failed, where, and what to do about it. Of the server's answer it holds the
 * primary message and the SQL state; details, which may quote a row, are not asked for.
 */
public final class PostgresException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean passing;

    private PostgresException(String message, Throwable cause, boolean passing) {
        super(message, cause);
        this.passing = passing;
    }

    /** A fault that the server told. */
    static PostgresException of(String what, PostgresConfig config, SQLException fault) {
        boolean passing = SqlStates.passes(fault);
        String said =
                fault.getMessage() == null ? "" : ": " + fault.getMessage().strip();
        return new PostgresException(
                what + " (" + config.where() + "): SQL state " + fault.getSQLState() + said
                        + SqlStates.advice(fault).map(advice -> ". " + advice).orElse(""),
                fault,
                passing);
    }

    /** A fault that stays until somebody mends it. */
    static PostgresException lasting(String what, PostgresConfig config) {
        return new PostgresException(what + " (" + config.where() + ")", new IllegalStateException(what), false);
    }

    /** Whether the same may work a moment later, without anybody doing anything. */
    boolean passing() {
        return passing;
    }
}
