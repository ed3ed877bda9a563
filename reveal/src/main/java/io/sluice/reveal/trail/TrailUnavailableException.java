package io.sluice.reveal.trail;

import org.jspecify.annotations.Nullable;

/** Entries are not known to be durable. */
public final class TrailUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public TrailUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
