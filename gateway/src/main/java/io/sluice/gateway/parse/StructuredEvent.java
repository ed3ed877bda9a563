package io.sluice.gateway.parse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent in structured mode (JSON format 1.0) taken apart. {@code data} stays the bytes that the producer wrote: no
 * number is read and written again.
 *
 * @param attributes context attributes as text
 * @param data bytes of the data
 */
record StructuredEvent(SortedMap<String, String> attributes, byte[] data) {
    /**
     * Takes an event apart.
     *
     * @throws MalformedJsonException if the body, or the JSON in {@code data_base64}, is not strict JSON
     */
    static StructuredEvent read(byte[] body) throws MalformedJsonException {
        StrictJson.check(body); // so that below nothing but the shape can be wrong
        SortedMap<String, String> attributes = new TreeMap<>();
        byte[] data = null;
        try (JsonParser parser = StrictJson.LIMITED.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Attributes.invalid("The body must be one JSON object, a CloudEvent.");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("data") || name.equals("data_base64")) {
                    if (data != null) {
                        throw Attributes.invalid("An event has either data or data_base64, not both.");
                    }
                    data = name.equals("data") ? slice(body, parser) : base64(parser);
                } else {
                    String value = attribute(parser);
                    if (value != null) {
                        attributes.put(name, value);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("A text that was read a moment ago cannot be read");
        }
        if (data == null) {
            throw Attributes.invalid("The event has no data; send it as data (JSON) or data_base64.");
        }
        return new StructuredEvent(attributes, data);
    }

    private static byte[] slice(byte[] body, JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken(); // a text is read lazily
        return Arrays.copyOfRange(body, start, (int) parser.currentLocation().getByteOffset());
    }

    private static byte[] base64(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw Attributes.invalid("data_base64 must be a string.");
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(parser.getText());
        } catch (IllegalArgumentException e) { // its message quotes the character
            throw Attributes.invalid("data_base64 is not Base64 (RFC 4648 section 4).");
        }
        StrictJson.check(data);
        return data;
    }

    /** An attribute as text; JSON null means absent (JSON format 1.0 section 2.2). */
    private static @Nullable String attribute(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING, VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_INT -> parser.getText();
            case VALUE_NULL -> null;
            default -> throw Attributes.invalid("An attribute must be a string, a boolean or an integer.");
        };
    }

    @Override
    public String toString() {
        return "StructuredEvent[" + data.length + " bytes]";
    }
}
