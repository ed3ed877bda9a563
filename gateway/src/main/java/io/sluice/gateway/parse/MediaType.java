package io.sluice.gateway.parse;

import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The media types that a body may have, and how a {@code Content-Type} is read. Thread-safe. */
enum MediaType {
    JSON("application/json"),
    FHIR("application/fhir+json"),
    CLOUDEVENT("application/cloudevents+json"),
    CLOUDEVENTS("application/cloudevents-batch+json"),
    NDJSON("application/x-ndjson");

    private final String text;

    MediaType(String text) {
        this.text = text;
    }

    /** The type without parameters. */
    String text() {
        return text;
    }

    /**
     * Reads a {@code Content-Type}. Its only parameters may be {@code charset=utf-8} and FHIR's {@code fhirVersion}: another
     * charset would mean other characters to us than to the producer.
     *
     * @throws RefusedException 415 naming {@code accepted}
     */
    static MediaType of(@Nullable String contentType, List<MediaType> accepted) {
        if (contentType == null) {
            throw unsupported("The Content-Type header is missing.", accepted);
        }
        String[] parts = contentType.split(";", -1);
        String type = parts[0].strip().toLowerCase(Locale.ROOT);
        MediaType found = accepted.stream()
                .filter(candidate -> candidate.text.equals(type))
                .findFirst()
                .orElseThrow(() -> unsupported("This content type is not accepted here.", accepted));
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT).replace("\"", "");
            boolean known = parameter.equals("charset=utf-8")
                    || found == FHIR && (parameter.equals("fhirversion=4.0") || parameter.equals("fhirversion=4.0.1"));
            if (!known) {
                throw unsupported(
                        "A parameter of the Content-Type is not accepted; JSON is read as UTF-8 and FHIR as 4.0.",
                        accepted);
            }
        }
        return found;
    }

    private static RefusedException unsupported(String why, List<MediaType> accepted) {
        List<String> types = accepted.stream().map(MediaType::text).toList();
        return new RefusedException(new Problem(
                ProblemCode.CONTENT_TYPE_UNSUPPORTED,
                why + " Send one of: " + String.join(", ", types) + ".",
                null,
                null,
                types));
    }

    static List<MediaType> all() {
        return Arrays.asList(values());
    }
}
