package io.sluice.core.encoding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * JSON read strictly (RFC 8259, I-JSON RFC 7493): duplicate member names, invalid UTF-8, a byte order mark, NaN, comments,
 * trailing text, nesting beyond {@link #MAX_DEPTH} and numbers beyond the range of an IEEE 754 double (section 2.2) are errors. Two readers that disagree about one text would be a way
 * around the policy.
 *
 * <p>Errors name the place (line, column) and the kind of fault, never the content. Thread-safe.
 */
public final class StrictJson {
    /** Deepest nesting of objects and arrays. */
    public static final int MAX_DEPTH = 64;
    /** Longest number, in characters. */
    public static final int MAX_NUMBER_CHARS = 64;
    /** Longest member name, in characters. */
    public static final int MAX_NAME_CHARS = 1_024;

    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .maxNameLength(MAX_NAME_CHARS)
            .build();

    /** A factory with the limits above and without duplicate detection: for bytes that were read strictly before. */
    public static final JsonFactory LIMITED = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** A factory with the limits above that also refuses duplicate member names. */
    public static final JsonFactory STRICT = JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(STRICT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new BoundedNumbers())
            .build();

    /** Of trees: they know their members, so duplicates are found without a set beside each object. */
    private static final JsonMapper TREES = JsonMapper.builder(LIMITED)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .nodeFactory(new BoundedNumbers())
            .build();

    private StrictJson() {}

    /**
     * Reads one JSON text.
     *
     * @throws MalformedJsonException if it is not one, or breaks a rule or limit above
     */
    public static JsonNode read(byte[] json) throws MalformedJsonException {
        requireUtf8(json);
        try {
            JsonNode node = TREES.readTree(json);
            if (node == null || node.isMissingNode()) {
                throw new MalformedJsonException("The text is empty", 1, 1);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (NumberFormatException e) { // also Jackson's, of an exponent that no BigDecimal has
            throw outOfRange();
        } catch (IOException e) {
            throw new MalformedJsonException("The text cannot be read", 0, 0);
        }
    }

    /**
     * Reads a JSON text into a record or class, unknown members refused; for Sluice's own files. The range of numbers is looked
     * at in parts that stay trees only; others have the range of their Java type.
     */
    public static <T> T read(byte[] json, Class<T> type) throws MalformedJsonException {
        requireUtf8(json);
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw outOfRange();
        } catch (IOException e) {
            throw new MalformedJsonException("The text cannot be read", 0, 0);
        }
    }

    /** Checks that bytes are one strict JSON text without building a tree. */
    public static void check(byte[] json) throws MalformedJsonException {
        requireUtf8(json);
        try (JsonParser parser = STRICT.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new MalformedJsonException("The text is empty", 1, 1);
            }
            do {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
                    BoundedNumbers.require(parser.getDecimalValue());
                }
            } while (!parser.getParsingContext().inRoot() && parser.nextToken() != null);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException(
                        "Text follows the JSON value",
                        parser.currentLocation().getLineNr(),
                        parser.currentLocation().getColumnNr());
            }
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw outOfRange();
        } catch (IOException e) {
            throw new MalformedJsonException("The text cannot be read", 0, 0);
        }
    }

    private static MalformedJsonException outOfRange() {
        return new MalformedJsonException(
                "A number is beyond the range of double precision (RFC 7493 section 2.2)", 0, 0);
    }

    /**
     * Checks by its first bytes that a text can be UTF-8 only. A parser would take UTF-16 and UTF-32 for what they are, by
     * their marks or zeros, and count its bytes differently.
     */
    public static void requireUtf8Start(byte[] json) throws MalformedJsonException {
        if (json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb && json[2] == (byte) 0xbf) {
            throw new MalformedJsonException("The text starts with a byte order mark; send plain UTF-8", 1, 1);
        }
        for (int i = 0; i < Math.min(4, json.length); i++) {
            if (json[i] == 0 || json[i] == (byte) 0xfe || json[i] == (byte) 0xff) {
                throw new MalformedJsonException("The text begins as UTF-16 or UTF-32 may; send plain UTF-8", 1, 1);
            }
        }
    }

    private static void requireUtf8(byte[] json) throws MalformedJsonException {
        requireUtf8Start(json);
        if (!Utf8.isValid(json)) {
            throw new MalformedJsonException("The text is not valid UTF-8", 0, 0);
        }
    }

    /** A value that stands in a text which is strict. */
    static JsonNode slice(byte[] json, int from, int end) {
        try {
            return TREES.readTree(json, from, end - from);
        } catch (IOException e) { // its message quotes the text
            throw new IllegalStateException("A text that was found to be strict JSON cannot be read");
        }
    }

    private static MalformedJsonException malformed(JsonProcessingException e) {
        // Jackson's own message quotes the input, so only the kind of fault and the place go on.
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
        return new MalformedJsonException(fault(e), line, column);
    }

    private static String fault(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Duplicate field") || message.startsWith("Duplicate Object property")) {
            return "A member name stands twice in one object";
        }
        if (message.contains("nesting depth")) {
            return "Nesting is deeper than " + MAX_DEPTH;
        }
        if (message.contains("Number value length")) {
            return "A number is longer than " + MAX_NUMBER_CHARS + " characters";
        }
        if (message.contains("Non-standard token")) {
            return "NaN and Infinity are not JSON numbers";
        }
        if (message.contains("Trailing token")) {
            return "Text follows the JSON value";
        }
        if (message.startsWith("Unrecognized field")) {
            return "Unknown member"
                    + (e instanceof com.fasterxml.jackson.databind.exc.PropertyBindingException p
                            ? " '" + p.getPropertyName() + "'"
                            : "");
        }
        return "The text is not JSON";
    }
}
