package io.sluice.audit.index;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** The index could not be read or written. Nothing is lost: it can be deleted and is built again from the log. */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** SQL state lock_not_available: another builder has it. */
    static final String LOCKED = "55P03";

    /** SQL state query_canceled: by the limit of a statement. */
    private static final String CANCELED = "57014";

    /** SQL states undefined_table and invalid_schema_name: it was dropped, and nobody has built it again yet. */
    private static final Set<String> DROPPED = Set.of("42P01", "3F000");

    /** Why. */
    public enum Fault {
        /** The database does not answer. */
        UNAVAILABLE,
        /** It is being built, or the log is behind it. */
        NOT_READY,
        /** The question took longer than the limit. */
        TOO_LONG,
        /** The log or the index is not as it should be. */
        WRONG
    }

    private final Fault fault;

    /** What was being done, and why it failed; the {@link Fault} is by the cause. */
    public IndexException(String message, @Nullable Throwable cause) {
        this(message, cause, fault(cause));
    }

    private IndexException(String message, @Nullable Throwable cause, Fault fault) {
        super(message, cause);
        this.fault = fault;
    }

    /** {@link Fault#NOT_READY}, which passes. */
    static IndexException notReady(String message) {
        return new IndexException(message, null, Fault.NOT_READY);
    }

    private static Fault fault(@Nullable Throwable cause) {
        if (!(cause instanceof SQLException sql)) {
            return Fault.WRONG;
        }
        String state = String.valueOf(sql.getSQLState());
        int sqlite = sql.getErrorCode();
        if (state.equals(CANCELED) || sqlite == SQLiteErrorCode.SQLITE_INTERRUPT.code) {
            return Fault.TOO_LONG;
        }
        boolean locked = state.equals(LOCKED) || sqlite == SQLiteErrorCode.SQLITE_BUSY.code;
        return locked || DROPPED.contains(state) ? Fault.NOT_READY : Fault.UNAVAILABLE;
    }

    /** Why it could not. */
    public Fault fault() {
        return fault;
    }
}
