package io.sluice.reveal.answer;

import java.util.Locale;

/**
 * Every way in which the service says no to a whole request: HTTP status, the {@code code} that programs compare, and a
 * title. Codes never change their meaning; metrics, audit entries, {@code openapi.json} and {@code docs/specs/reveal-api.md}
 * name the same.
 */
public enum ProblemCode {
    JSON_MALFORMED(400, "The body is not strict JSON", true),
    REQUEST_INVALID(400, "The request is not valid", true),
    CERTIFICATE_INVALID(403, "The client certificate is no longer valid", false),
    CALLER_UNKNOWN(403, "The certificate's identity is not a caller of the rulebook", true),
    DENIED(403, "The policy does not allow it", true),
    NOT_FOUND(404, "There is nothing at this address", false),
    METHOD_NOT_ALLOWED(405, "This address takes another method", false),
    REQUEST_TIMEOUT(408, "The request did not arrive in time", false),
    BODY_TOO_LARGE(413, "The body is too large", false),
    BATCH_TOO_LARGE(413, "The batch has too many values", true),
    CONTENT_TYPE_UNSUPPORTED(415, "The content type is not accepted", false),
    RATE_EXCEEDED(429, "The caller's quota is used up", true),
    INTERNAL(500, "The service failed", false),
    BACK_PRESSURE(503, "The service is at its limit", false),
    POLICY_UNAVAILABLE(503, "The policy cannot be asked", true),
    EMERGENCIES_UNKNOWN(503, "Emergency accesses are not known yet", true),
    ENTRY_NOT_DURABLE(503, "The audit entry could not be written", false);

    private final int status;
    private final String title;
    private final boolean audited;

    ProblemCode(int status, String title, boolean audited) {
        this.status = status;
        this.title = title;
        this.audited = audited;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What happened, the same for every occurrence (RFC 9457 section 3.1.3). */
    public String title() {
        return title;
    }

    /** Whether a refused request is an attempt, hence an entry; the others never got as far as that. */
    public boolean audited() {
        return audited;
    }

    /** Whether the same request may succeed later; such an answer carries {@code Retry-After}. */
    public boolean retry() {
        return status == 429 || status == 503;
    }

    /** The stable code: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
