package io.sluice.gateway.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a FHIR R4 Bundle while it is read. Its resource is the event; its identity is the {@code fullUrl} (FHIR R4
 * section 2.36.4), a {@code urn:uuid:} without that prefix, else type and id, with the version where the resource has one.
 *
 * <p>Events stand alone: the references of other entries are kept as they are. So an entry whose {@code fullUrl} and
 * resource disagree about its id is refused: who refers to the one would mean somebody else than the other says.
 */
final class BundleEntry {
    private static final List<String> URNS = List.of("urn:uuid:", "urn:oid:");
    private static final int MAX_ID_CHARS = 256;

    private final JsonParser parser;
    private final int number;
    private @Nullable String fullUrl;
    private @Nullable String type;
    private @Nullable String id;
    private @Nullable String version;
    private int from = -1;
    private int to = -1;

    private BundleEntry(JsonParser parser, int number) {
        this.parser = parser;
        this.number = number;
    }

    /** Reads the entry that the parser stands at, to its end whatever it is. */
    static BatchEvent read(JsonParser parser, byte[] body, int number) throws IOException {
        BundleEntry entry = new BundleEntry(parser, number);
        Problem fault = entry.read();
        if (fault == null) {
            try {
                return new BatchEvent(number, BodyForm.FHIR, body, entry.from, entry.to, entry.eventId(), null);
            } catch (RefusedException e) {
                fault = e.problem();
            }
        }
        return BatchEvent.faulty(number, BodyForm.FHIR, fault);
    }

    private @Nullable Problem read() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return problem("An entry must be an object.", "");
        }
        boolean twice = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("fullUrl")) {
                twice |= fullUrl != null;
                fullUrl = text();
            } else if (name.equals("resource") && value == JsonToken.START_OBJECT) {
                twice |= from >= 0;
                resource();
            } else {
                parser.skipChildren();
            }
        }
        if (twice) {
            return problem("A member stands twice in the entry.", "");
        }
        return from < 0 ? problem("The entry has no resource; each entry's resource is an event.", "/resource") : null;
    }

    private void resource() throws IOException {
        from = BatchSplitter.offset(parser.currentTokenLocation());
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "resourceType" -> type = text();
                case "id" -> id = text();
                case "meta" -> {
                    if (value == JsonToken.START_OBJECT) {
                        meta();
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        to = BatchSplitter.offset(parser.currentLocation());
    }

    private void meta() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean versionId = parser.currentName().equals("versionId");
            parser.nextToken();
            if (versionId) {
                version = text();
            } else {
                parser.skipChildren();
            }
        }
    }

    /** The text that the parser stands at; what is none counts as absent here, and the schema says what it must be. */
    private @Nullable String text() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private @Nullable String eventId() {
        String url = fullUrl;
        String own;
        if (url == null) {
            own = type == null || id == null ? null : type + "/" + id;
        } else {
            own = URNS.stream()
                    .filter(url::startsWith)
                    .map(urn -> url.substring(urn.length()))
                    .findFirst()
                    .orElse(url);
            boolean agrees = own.equals(url) ? url.endsWith("/" + type + "/" + id) : id == null || own.equals(id);
            if (!agrees) {
                throw new RefusedException(problem(
                        "fullUrl and the resource name different ids, so references to the one would miss the other; make"
                                + " them agree.",
                        "/fullUrl"));
            }
        }
        if (own == null) {
            return null;
        }
        String event = version == null ? own : own + "/_history/" + version;
        if (event.isEmpty()
                || event.length() > MAX_ID_CHARS
                || event.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw new RefusedException(problem(
                    "fullUrl, id and version together make the event's id, of at most " + MAX_ID_CHARS
                            + " characters without control characters.",
                    "/fullUrl"));
        }
        return event;
    }

    private Problem problem(String detail, String below) {
        return new Problem(ProblemCode.BUNDLE_ENTRY_INVALID, detail, "/entry/" + number + below, null, List.of());
    }
}
