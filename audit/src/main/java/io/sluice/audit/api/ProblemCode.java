package io.sluice.audit.api;

import java.util.Locale;

/**
 * Every way in which the API says no: HTTP status, the {@code code} that programs compare, and a title. Codes never change
 * their meaning; {@code openapi.json} and {@code docs/specs/audit-api.md} name the same.
 */
public enum ProblemCode {
    REQUEST_INVALID(400, "The request is not valid"),
    TOKEN_INVALID(401, "The access token proves nobody"),
    NOT_SIGNED_IN(403, "There is neither a client certificate nor a session"),
    CERTIFICATE_INVALID(403, "The client certificate is no longer valid"),
    READER_UNKNOWN(403, "The certificate's identity is not a reader of the rulebook"),
    DENIED(403, "The policy does not allow it"),
    LINK_INVALID(403, "The link was used, is too old, or is no link"),
    SIGN_IN_FAILED(403, "The sign-in proves nobody"),
    NOT_FOUND(404, "There is nothing at this address"),
    METHOD_NOT_ALLOWED(405, "Only GET is answered"),
    PACK_INCOMPLETE(409, "The archive lacks what the entries cite"),
    EXPORT_TOO_LARGE(413, "The export has too many entries"),
    REPORT_TOO_LARGE(413, "The report would read too many entries"),
    INTERNAL(500, "The server failed"),
    BACK_PRESSURE(503, "The server is at its limit"),
    POLICY_UNAVAILABLE(503, "The policy cannot be asked"),
    ENTRY_NOT_DURABLE(503, "The entry of this reading could not be written"),
    INDEX_NOT_READY(503, "The index is being built"),
    INDEX_UNAVAILABLE(503, "The index cannot be asked"),
    PROVIDER_UNAVAILABLE(503, "The OpenID provider cannot be asked");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What happened, the same for every occurrence (RFC 9457 section 3.1.3). */
    public String title() {
        return title;
    }

    /** Whether the same request may succeed later; such an answer carries {@code Retry-After}. */
    public boolean retry() {
        return status == 503;
    }

    /** The stable code: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
