package io.sluice.audit.oidc;

/** A token or a sign-in proves nobody. The message says why, and repeats nothing of what was sent. */
public final class NotProvedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotProvedException(String message) {
        super(message);
    }

    NotProvedException(String message, Throwable cause) {
        super(message, cause);
    }
}
