package io.sluice.gateway.parse;

import java.util.Locale;

/** How the body of a request to {@code /events} carries events; known from its headers, but for a FHIR Bundle. */
public enum BodyForm {
    /** One event; also what no form takes, which then is refused as one. */
    SINGLE,
    /** {@code application/x-ndjson}: one payload a line, read as a stream. */
    LINES,
    /** {@code application/cloudevents-batch+json}: an array, read when it is whole. */
    CLOUDEVENTS,
    /** {@code application/fhir+json}: a resource, or a Bundle of them. */
    FHIR;

    /** The form that headers announce. CloudEvents in binary mode are single events. */
    public static BodyForm of(RequestHeaders headers) {
        String contentType = headers.contentType();
        if (contentType == null || !headers.cloudEvent().isEmpty()) {
            return SINGLE;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals(MediaType.NDJSON.text())) {
            return LINES;
        }
        if (type.equals(MediaType.CLOUDEVENTS.text())) {
            return CLOUDEVENTS;
        }
        return type.equals(MediaType.FHIR.text()) ? FHIR : SINGLE;
    }
}
