package io.sluice.client;

import org.jspecify.annotations.Nullable;

/** The gateway refused an event for good: to send it again as it is gives the same answer. */
public final class EventRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String pointer;

    EventRefusedException(int status, String code, String detail, @Nullable String pointer) {
        super(status + " " + code + ": " + detail + (pointer == null ? "" : " (at " + pointer + ")"));
        this.status = status;
        this.code = code;
        this.pointer = pointer;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem's stable code, as {@code schema-violated}. */
    public String code() {
        return code;
    }

    /** JSON Pointer of the place in the payload, null where there is none. */
    public @Nullable String pointer() {
        return pointer;
    }
}
