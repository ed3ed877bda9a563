package io.sluice.audit.index;

import org.jspecify.annotations.Nullable;

/** The index could not be read or written. Nothing is lost: it can be deleted and is built again from the log. */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was being done, and why it failed. */
    public IndexException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the database could not be asked, which may pass; else the log or the index is not as it should be. */
    public boolean isUnavailable() {
        return getCause() instanceof java.sql.SQLException;
    }
}
