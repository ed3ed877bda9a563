package io.sluice.reveal.answer;

import org.jspecify.annotations.Nullable;

/** A request is refused as a whole. The detail says what to change and repeats nothing that the caller sent. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;
    private final @Nullable String reason;
    private final long retryAfterSeconds;

    private RefusedException(ProblemCode code, String detail, @Nullable String reason, long retryAfterSeconds) {
        super(code.code(), null, false, false);
        this.code = code;
        this.detail = detail;
        this.reason = reason;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** Refuses with a sentence. */
    public static RefusedException of(ProblemCode code, String detail) {
        return new RefusedException(code, detail, null, 1);
    }

    /** {@code denied}. @param reason the policy's code */
    static RefusedException denied(String reason, String detail) {
        return new RefusedException(ProblemCode.DENIED, detail, reason, 1);
    }

    /** {@code rate-exceeded}. */
    static RefusedException later(String detail, long seconds) {
        return new RefusedException(ProblemCode.RATE_EXCEEDED, detail, null, seconds);
    }

    /** The problem's code. */
    public ProblemCode code() {
        return code;
    }

    String detail() {
        return detail;
    }

    @Nullable
    String reason() {
        return reason;
    }

    long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
