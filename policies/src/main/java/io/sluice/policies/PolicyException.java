package io.sluice.policies;

/** Root of what can fail in this room. Messages name files, rules and digests, never a field's value. */
public abstract class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected PolicyException(String message) {
        super(message);
    }

    protected PolicyException(String message, Throwable cause) {
        super(message, cause);
    }
}
