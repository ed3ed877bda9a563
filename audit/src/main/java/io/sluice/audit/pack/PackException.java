package io.sluice.audit.pack;

import org.jspecify.annotations.Nullable;

/** A pack could not be made, or a file is no pack. The message says why. */
public final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a cause. */
    public PackException(String message) {
        this(message, null);
    }

    /** With its cause. */
    public PackException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
