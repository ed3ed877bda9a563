package io.sluice.audit.timestamp;

import org.jspecify.annotations.Nullable;

/** A time stamp does not hold, or is none. The message says why. */
public final class TimestampException extends Exception {
    private static final long serialVersionUID = 1L;

    TimestampException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
