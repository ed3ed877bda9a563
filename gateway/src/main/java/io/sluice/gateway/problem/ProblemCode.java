package io.sluice.gateway.problem;

import java.util.Locale;

/**
 * Every way in which the gateway says no: HTTP status, the {@code code} that programs compare, and a title. Codes never
 * change their meaning; metrics, audit entries, {@code openapi.json} and {@code docs/specs/ingest-api.md} name the same.
 */
public enum ProblemCode {
    HTTP_MALFORMED(400, "The request is not well-formed HTTP", false),
    HEADER_INVALID(400, "A request header is not valid", false),
    JSON_MALFORMED(400, "The body is not strict JSON", false),
    CLOUDEVENT_INVALID(400, "The CloudEvents attributes are not valid", false),
    BATCH_MALFORMED(400, "The batch is not readable as one", false),
    CONTENT_ENCODING_MALFORMED(400, "The compressed body is not valid", false),
    CERTIFICATE_INVALID(403, "The client certificate is no longer valid", false),
    PRODUCER_UNKNOWN(403, "The certificate's identity is not a registered producer", false),
    DATASET_NOT_GRANTED(403, "The producer is not registered for the dataset", false),
    PURPOSE_NOT_GRANTED(403, "The producer is not registered for the purpose", false),
    CHOICES_NOT_GRANTED(403, "The producer may not record choices for the controller", false),
    DENIED(403, "The policy does not admit the request", false),
    NOT_FOUND(404, "There is nothing at this address", false),
    DATASET_UNKNOWN(404, "There is no such dataset", false),
    EVENT_UNKNOWN(404, "Nothing is known of the event", false),
    METHOD_NOT_ALLOWED(405, "This address takes another method", false),
    REQUEST_TIMEOUT(408, "The request did not arrive in time", false),
    ID_REUSED(409, "The event id was used for other content", false),
    BODY_TOO_LARGE(413, "The body is too large", false),
    EVENT_TOO_LARGE(413, "An event of the batch is too large", false),
    BATCH_TOO_LARGE(413, "The batch is too large", false),
    COMPRESSION_RATIO(413, "The compressed body inflates too much", false),
    URI_TOO_LONG(414, "The address is too long", false),
    CONTENT_TYPE_UNSUPPORTED(415, "The content type is not accepted", false),
    CONTENT_ENCODING_UNSUPPORTED(415, "The content encoding is not accepted", false),
    SCHEMA_VIOLATED(422, "The payload does not follow the dataset's schema", false),
    SUBJECT_MISSING(422, "The payload lacks its data subject", false),
    SUBJECT_INVALID(422, "The data subject's id is not usable", false),
    BUNDLE_ENTRY_INVALID(422, "The entry of the Bundle is not usable as an event", false),
    BATCH_REFUSED(422, "No event of the batch was accepted", false),
    PURPOSE_REQUIRED(422, "The collection purpose must be named", false),
    CHOICE_INVALID(422, "The choice is not valid", false),
    QUOTA_EXCEEDED(429, "The producer's quota is used up", true),
    HEADERS_TOO_LARGE(431, "The request headers are too large", false),
    INTERNAL(500, "The gateway failed", false),
    BACK_PRESSURE(503, "The gateway is at its limit", true),
    POLICY_UNAVAILABLE(503, "There is no valid policy in force", true),
    SEAL_UNAVAILABLE(503, "Events cannot be sealed now", true),
    KAFKA_UNAVAILABLE(503, "The event could not be stored in time", true);

    private final int status;
    private final String title;
    private final boolean retry;

    ProblemCode(int status, String title, boolean retry) {
        this.status = status;
        this.title = title;
        this.retry = retry;
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
        return retry;
    }

    /** The stable code: the name in lower case with hyphens. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The problem type (RFC 9457 section 3.1.1). */
    public String type() {
        return "urn:sluice:problem:" + code();
    }
}
