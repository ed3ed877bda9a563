package io.sluice.gateway.parse;

import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.event.ClientEvent;
import io.sluice.gateway.problem.Problem;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body as one event: plain JSON or FHIR, or a CloudEvent in binary or structured mode. JSON is read strictly
 * (RFC 7493), so that the policy, the job and a recipient's parser cannot see different things. Thread-safe.
 *
 * <p>Where there is no CloudEvent the event's id is the {@code Idempotency-Key}, else a UUID that the gateway mints; its
 * source is the producer, its type the dataset.
 */
public final class EventParser {
    private static final List<MediaType> DATA_TYPES = List.of(MediaType.JSON, MediaType.FHIR);
    /** Room behind a batch's key for a slash and a number. */
    private static final int NUMBER_CHARS = 12;

    private final ParseLimits limits;
    private final Supplier<UUID> ids;

    /** @param ids mints ids of events that come without one */
    public EventParser(ParseLimits limits, Supplier<UUID> ids) {
        this.limits = limits;
        this.ids = ids;
    }

    /**
     * Reads the event of a request.
     *
     * @throws RefusedException {@code content-type-unsupported}, {@code json-malformed}, {@code cloudevent-invalid},
     *     {@code header-invalid}
     */
    public ParsedEvent parse(RequestHeaders headers, byte[] body, String producer, String dataset) {
        try {
            if (!headers.cloudEvent().isEmpty()) {
                return binary(headers, body);
            }
            MediaType type = MediaType.of(headers.contentType(), MediaType.all());
            return type == MediaType.CLOUDEVENT
                    ? structured(body)
                    : plain(type, idempotencyKey(headers.idempotencyKey()), body, producer, dataset);
        } catch (MalformedJsonException e) {
            throw malformed(e);
        }
    }

    /** The source of an event that comes without one of its own. */
    public static String sourceOf(String producer) {
        return "urn:sluice:producer:" + producer;
    }

    /**
     * Checks the headers of a batch, before any of its events is read.
     *
     * @throws RefusedException {@code content-type-unsupported}, {@code header-invalid}
     */
    public void requireBatch(RequestHeaders headers) {
        MediaType.of(headers.contentType(), MediaType.all());
        String key = idempotencyKey(headers.idempotencyKey());
        if (key != null && key.length() > limits.maxIdChars() - NUMBER_CHARS) {
            throw RefusedException.of(
                    ProblemCode.HEADER_INVALID,
                    "The Idempotency-Key of a batch has at most " + (limits.maxIdChars() - NUMBER_CHARS)
                            + " characters; the event's number is added.");
        }
    }

    /**
     * Reads an event of a batch. Where neither it nor the batch names its id, that is the batch's {@code Idempotency-Key}
     * with the event's number, else minted.
     *
     * @throws RefusedException as {@link #parse}, or with the fault that the event came with
     */
    public ParsedEvent parse(BatchEvent event, RequestHeaders headers, String producer, String dataset) {
        Problem fault = event.fault();
        if (fault != null) {
            throw new RefusedException(fault);
        }
        try {
            if (event.form() == BodyForm.CLOUDEVENTS) {
                return structured(event.bytes());
            }
            String key = idempotencyKey(headers.idempotencyKey());
            String id = event.id() == null && key != null ? key + "/" + event.number() : event.id();
            MediaType type = event.form() == BodyForm.FHIR ? MediaType.FHIR : MediaType.JSON;
            return plain(type, id, event.bytes(), producer, dataset);
        } catch (MalformedJsonException e) {
            throw malformed(e);
        }
    }

    /** What an event of a batch that is too large leads to. */
    static Problem eventTooLarge(int maxBytes) {
        return Problem.of(
                ProblemCode.EVENT_TOO_LARGE,
                "An event of a batch has at most " + maxBytes + " bytes; send smaller events.");
    }

    /** What a body that is no strict JSON leads to. */
    static RefusedException malformed(MalformedJsonException e) {
        return RefusedException.of(
                ProblemCode.JSON_MALFORMED, e.getMessage() + ". Send one JSON text in UTF-8 (RFC 8259).");
    }

    private ParsedEvent plain(MediaType type, @Nullable String id, byte[] body, String producer, String dataset)
            throws MalformedJsonException {
        JsonText payload = JsonText.read(body);
        ClientEvent event = new ClientEvent(
                id == null ? ids.get().toString() : id,
                sourceOf(producer),
                "io.sluice.dataset." + dataset,
                null,
                null,
                type.text(),
                Collections.emptySortedMap(),
                body);
        return new ParsedEvent(event, payload, id == null);
    }

    private ParsedEvent binary(RequestHeaders headers, byte[] body) throws MalformedJsonException {
        MediaType type = MediaType.of(headers.contentType(), DATA_TYPES);
        SortedMap<String, String> decoded = new TreeMap<>();
        headers.cloudEvent().forEach((name, value) -> decoded.put(name, PercentEncoding.decode(value)));
        if (decoded.containsKey("datacontenttype")) {
            throw Attributes.invalid(
                    "In binary mode Content-Type is the data's content type; drop ce-datacontenttype.");
        }
        JsonText payload = JsonText.read(body);
        return new ParsedEvent(new Attributes(decoded, limits).toEvent(type.text(), body), payload, false);
    }

    private ParsedEvent structured(byte[] body) throws MalformedJsonException {
        StructuredEvent parts = StructuredEvent.read(body);
        String declared = parts.attributes().get("datacontenttype");
        MediaType type = declared == null ? MediaType.JSON : MediaType.of(declared, DATA_TYPES);
        ClientEvent event = new Attributes(parts.attributes(), limits).toEvent(type.text(), parts.data());
        return new ParsedEvent(event, JsonText.read(parts.data()), false);
    }

    private @Nullable String idempotencyKey(@Nullable String header) {
        if (header == null) {
            return null;
        }
        // The draft makes the key a quoted structured-field string; many clients send it bare.
        boolean quoted = header.length() >= 2 && header.startsWith("\"") && header.endsWith("\"");
        String key = quoted ? header.substring(1, header.length() - 1) : header;
        if (key.isEmpty() || key.length() > limits.maxIdChars() || !isPrintable(key)) {
            throw RefusedException.of(
                    ProblemCode.HEADER_INVALID,
                    "Idempotency-Key must be 1 to " + limits.maxIdChars()
                            + " printable ASCII characters without spaces, quotes and backslashes.");
        }
        return key;
    }

    private static boolean isPrintable(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < 0x21 || c > 0x7e || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** The id of a choice: the key, else a minted one. */
    String choiceId(RequestHeaders headers) {
        String key = idempotencyKey(headers.idempotencyKey());
        return key == null ? ids.get().toString() : key;
    }
}
