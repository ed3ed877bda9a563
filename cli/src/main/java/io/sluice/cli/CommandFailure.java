package io.sluice.cli;

import org.jspecify.annotations.Nullable;

/**
 * A command that cannot do what it was asked, with the message that its user reads: what failed and what to do about it.
 * Holds no secret and no value of a record. Exit code 1.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure without a cause worth a stack trace. */
    public CommandFailure(String message) {
        super(message);
    }

    /** A failure with its cause, which only {@code --verbose} shows. */
    public CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
