package io.sluice.gateway.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a CloudEvents batch or a FHIR Bundle that is whole into its events. It reads no more than the frame: each event's
 * own bytes are read strictly later and fail alone. Where the frame itself cannot be read no event is taken. Thread-safe.
 */
public final class BatchSplitter {
    /** Deeper than an event may be, so that a deep one fails alone; no deeper than a frame can be followed. */
    private static final int MAX_FRAME_DEPTH = 512;

    private static final JsonFactory FRAMES = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_FRAME_DEPTH)
                    .build())
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final BatchLimits limits;
    private final int maxEventBytes;

    public BatchSplitter(BatchLimits limits, int maxEventBytes) {
        this.limits = limits;
        this.maxEventBytes = maxEventBytes;
    }

    private interface Frame<T> {
        T read(JsonParser parser) throws IOException;
    }

    /** Whether a body of form {@code FHIR} is a Bundle; one that cannot be read is none, and is refused as a resource. */
    public static boolean isBundle(byte[] body) {
        try {
            return read(body, BatchSplitter::namesBundle);
        } catch (RefusedException e) {
            return false;
        }
    }

    private static boolean namesBundle(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean type = parser.currentName().equals("resourceType");
            parser.nextToken();
            if (type) {
                return "Bundle".equals(parser.getText());
            }
            parser.skipChildren();
        }
        return false;
    }

    /**
     * The events of a body.
     *
     * @throws RefusedException {@code json-malformed}, {@code batch-malformed}, {@code batch-too-large}
     */
    public List<BatchEvent> split(BodyForm form, byte[] body) {
        return read(body, parser -> {
            parser.nextToken();
            List<BatchEvent> events =
                    form == BodyForm.FHIR ? bundle(parser, body) : elements(parser, body, BodyForm.CLOUDEVENTS);
            if (parser.nextToken() != null) {
                throw EventParser.malformed(located("Text follows the JSON value", parser.currentTokenLocation()));
            }
            return events;
        });
    }

    private List<BatchEvent> bundle(JsonParser parser, byte[] body) throws IOException {
        List<BatchEvent> entries = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (!name.equals("entry")) {
                parser.skipChildren();
            } else if (entries == null) {
                entries = elements(parser, body, BodyForm.FHIR);
            } else {
                throw malformed("'entry' stands twice in the Bundle.");
            }
        }
        return entries == null ? List.of() : entries;
    }

    /** The elements of the array that the parser stands at. */
    private List<BatchEvent> elements(JsonParser parser, byte[] body, BodyForm form) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw malformed(
                    form == BodyForm.FHIR
                            ? "'entry' of a Bundle must be an array."
                            : "A CloudEvents batch must be a JSON array of events.");
        }
        List<BatchEvent> events = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (events.size() == limits.maxEvents()) {
                throw RefusedException.of(
                        ProblemCode.BATCH_TOO_LARGE,
                        "A batch has at most " + limits.maxEvents() + " events; none was taken. Send several batches.");
            }
            int number = events.size();
            if (form == BodyForm.FHIR) {
                events.add(sized(BundleEntry.read(parser, body, number)));
            } else {
                int from = offset(parser.currentTokenLocation());
                events.add(sized(new BatchEvent(number, form, body, from, end(parser), null, null)));
            }
        }
        return events;
    }

    private BatchEvent sized(BatchEvent event) {
        return event.length() > maxEventBytes
                ? BatchEvent.faulty(event.number(), event.form(), EventParser.eventTooLarge(maxEventBytes))
                : event;
    }

    /** Skips the value that the parser stands at; returns where it ends. */
    static int end(JsonParser parser) throws IOException {
        parser.skipChildren();
        parser.finishToken(); // a text is read lazily
        return offset(parser.currentLocation());
    }

    static int offset(JsonLocation location) {
        return (int) location.getByteOffset();
    }

    private static <T> T read(byte[] body, Frame<T> frame) {
        try {
            StrictJson.requireUtf8Start(body); // byte offsets hold for UTF-8 only
        } catch (MalformedJsonException e) {
            throw EventParser.malformed(e);
        }
        try (JsonParser parser = FRAMES.createParser(body)) {
            return frame.read(parser);
        } catch (JsonProcessingException e) { // its message quotes the text
            throw EventParser.malformed(located("The text is not JSON", e.getLocation()));
        } catch (IOException e) {
            throw EventParser.malformed(located("The text cannot be read", null));
        }
    }

    private static MalformedJsonException located(String fault, @Nullable JsonLocation place) {
        return place == null
                ? new MalformedJsonException(fault, 0, 0)
                : new MalformedJsonException(fault, place.getLineNr(), place.getColumnNr());
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Problem.of(ProblemCode.BATCH_MALFORMED, detail));
    }
}
