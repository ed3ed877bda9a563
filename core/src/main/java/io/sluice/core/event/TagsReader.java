package io.sluice.core.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads tags back from headers. Decision attributes are codes of closed lists, so the same few texts come again and again:
 * those read lately are kept. Confined to one thread.
 */
public final class TagsReader {
    /** How many headers every record has. */
    private static final int ALWAYS = 10;
    /** Most texts of attributes that are kept. */
    private static final int MAX_KEPT = 1_024;
    /** Longer ones are read anew each time. */
    private static final int MAX_KEPT_CHARS = 1_024;

    private final Map<String, SortedMap<String, String>> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SortedMap<String, String>> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /**
     * Reads headers. Empty where one is missing, unknown, doubled in meaning or not in its one canonical form: the result's
     * {@link Tags#toHeaders} equals the argument.
     */
    public Optional<Tags> read(Map<String, String> headers) {
        try {
            String subject = headers.get(Headers.CE_SUBJECTREF);
            Tags tags = new Tags(
                    required(headers, Headers.CE_ID),
                    required(headers, Headers.CE_SOURCE),
                    required(headers, Headers.CE_TYPE),
                    required(headers, Headers.CE_DATASET),
                    required(headers, Headers.CE_PRODUCER),
                    required(headers, Headers.CE_PURPOSE),
                    subject == null ? null : new SubjectRef(subject),
                    headers.get(Headers.CE_SUBJECTREGION),
                    Timestamps.parse(required(headers, Headers.CE_RECEIVED)),
                    Long.parseLong(required(headers, Headers.CE_ACTIVATION)),
                    attributes(headers.get(Headers.CE_ATTRIBUTES)));
            return isFormOf(tags, headers) ? Optional.of(tags) : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException | MalformedJsonException e) {
            return Optional.empty(); // the caller quarantines it as header-invalid; the fault is in the stored bytes
        }
    }

    /** Whether {@link Tags#toHeaders} would give these headers, of which the tags were read; without writing them again. */
    private static boolean isFormOf(Tags tags, Map<String, String> headers) {
        int optional = (tags.subjectRef() == null ? 0 : 1)
                + (tags.subjectRegion() == null ? 0 : 1)
                + (tags.attributes().isEmpty() ? 0 : 1);
        return headers.size() == ALWAYS + optional
                && (tags.type().equals(Tags.EVENT_TYPE) || tags.type().equals(Tags.CHOICE_TYPE))
                && "1.0".equals(headers.get(Headers.CE_SPECVERSION))
                && Objects.equals(headers.get(Headers.CE_TIME), headers.get(Headers.CE_RECEIVED))
                && Long.toString(tags.activation()).equals(headers.get(Headers.CE_ACTIVATION));
    }

    private static String required(Map<String, String> headers, String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private SortedMap<String, String> attributes(@Nullable String json) throws MalformedJsonException {
        if (json == null) {
            return new TreeMap<>();
        }
        SortedMap<String, String> known = kept.get(json);
        if (known == null) {
            known = canonical(json);
            if (json.length() <= MAX_KEPT_CHARS) {
                kept.put(json, known);
            }
        }
        return known;
    }

    /** Reads attributes that are in canonical form; others are refused, empty ones too: those have no header. */
    private static SortedMap<String, String> canonical(String json) throws MalformedJsonException {
        SortedMap<String, String> attributes = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member :
                StrictJson.read(json.getBytes(StandardCharsets.UTF_8)).properties()) {
            if (!member.getValue().isTextual()) {
                throw new IllegalArgumentException("An attribute is a string");
            }
            attributes.put(member.getKey(), member.getValue().textValue());
        }
        if (attributes.isEmpty() || !CanonicalJson.text(attributes).equals(json)) {
            throw new IllegalArgumentException("Attributes are in canonical form");
        }
        return attributes;
    }
}
