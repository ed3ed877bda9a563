package io.sluice.audit.api;

import org.jspecify.annotations.Nullable;

/** A request is refused. The detail says what to change and repeats nothing that was sent. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;
    private final @Nullable String reason;

    /** Refuses with a sentence. */
    public RefusedException(ProblemCode code, String detail) {
        this(code, detail, null);
    }

    /** @param reason the policy's code; null where it was not the policy */
    public RefusedException(ProblemCode code, String detail, @Nullable String reason) {
        super(code.code(), null, false, false);
        this.code = code;
        this.detail = detail;
        this.reason = reason;
    }

    /** The problem's code. */
    public ProblemCode code() {
        return code;
    }

    /** The sentence. */
    public String detail() {
        return detail;
    }

    /** The policy's code; null where it was not the policy. */
    public @Nullable String reason() {
        return reason;
    }
}
