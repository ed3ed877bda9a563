package io.sluice.audit.prune;

import org.jspecify.annotations.Nullable;

/** Nothing was deleted. The message says why, and what to do. */
public final class PruneRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a cause. */
    public PruneRefusedException(String message) {
        this(message, null);
    }

    /** With its cause. */
    public PruneRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
