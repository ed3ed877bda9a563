package io.sluice.audit.access;

import org.jspecify.annotations.Nullable;

/** Entries are not known to be durable: then nothing of the log may be shown. */
public final class EntryNotDurableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What was being done, and why it failed. */
    public EntryNotDurableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
