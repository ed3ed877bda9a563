package io.sluice.protection.seal;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalWriter;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.ClientEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands under the seal: {@code 0x01 | u32 length | canonical JSON of the client's attributes | data bytes}
 * ({@code docs/specs/seal.md}).
 */
final class InnerEnvelope {
    private static final byte VERSION = 1;
    private static final int PREFIX_BYTES = 5;

    private static final byte[] CONTENT_TYPE = ascii("{\"contenttype\":");
    private static final byte[] EXTENSIONS = ascii(",\"extensions\":");
    private static final byte[] ID = ascii(",\"id\":");
    private static final byte[] SOURCE = ascii(",\"source\":");
    private static final byte[] SUBJECT = ascii(",\"subject\":");
    private static final byte[] TIME = ascii(",\"time\":");
    private static final byte[] TYPE = ascii(",\"type\":");

    private InnerEnvelope() {}

    /**
     * The envelope, and behind it some bytes of room.
     *
     * @param json for the attributes; nothing is left in it
     * @throws IllegalArgumentException where an attribute is not valid Unicode
     */
    static byte[] encode(CanonicalWriter json, ClientEvent event, int roomBytes) {
        try {
            attributes(json, event);
            byte[] data = event.data();
            byte[] envelope = new byte[PREFIX_BYTES + json.length() + data.length + roomBytes];
            ByteBuffer.wrap(envelope)
                    .put(VERSION)
                    .putInt(json.length())
                    .put(json.array(), 0, json.length())
                    .put(data);
            return envelope;
        } finally {
            json.wipe();
        }
    }

    /** The members in the order of their names. */
    private static void attributes(CanonicalWriter json, ClientEvent event) {
        json.raw(CONTENT_TYPE)
                .string(event.contentType())
                .raw(EXTENSIONS)
                .value(event.extensions())
                .raw(ID)
                .string(event.id())
                .raw(SOURCE)
                .string(event.source());
        if (event.subject() != null) {
            json.raw(SUBJECT).string(event.subject());
        }
        if (event.time() != null) {
            json.raw(TIME).string(event.time());
        }
        json.raw(TYPE).string(event.type()).raw('}');
    }

    /** The event; null where the bytes are not of this form. */
    static @Nullable ClientEvent decode(byte[] envelope) {
        if (envelope.length < PREFIX_BYTES || envelope[0] != VERSION) {
            return null;
        }
        int length = ByteBuffer.wrap(envelope).getInt(1);
        if (length < 0 || length > envelope.length - PREFIX_BYTES) {
            return null;
        }
        int dataAt = PREFIX_BYTES + length;
        ClientEvent plain = new PlainAttributes(envelope, PREFIX_BYTES, dataAt).event();
        return plain == null ? decodeAny(envelope, dataAt) : plain;
    }

    private static @Nullable ClientEvent decodeAny(byte[] envelope, int dataAt) {
        try {
            JsonNode json = StrictJson.read(Arrays.copyOfRange(envelope, PREFIX_BYTES, dataAt));
            SortedMap<String, String> extensions = new TreeMap<>();
            for (Map.Entry<String, JsonNode> extension : json.path("extensions").properties()) {
                extensions.put(extension.getKey(), required(extension.getValue()));
            }
            return new ClientEvent(
                    required(json.path("id")),
                    required(json.path("source")),
                    required(json.path("type")),
                    optional(json.path("subject")),
                    optional(json.path("time")),
                    required(json.path("contenttype")),
                    extensions,
                    Arrays.copyOfRange(envelope, dataAt, envelope.length));
        } catch (MalformedJsonException | IllegalArgumentException e) {
            return null; // under a valid seal this is another version's form; refused like any record that does not
            // open
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String required(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("an attribute is a string");
        }
        return node.textValue();
    }

    private static @Nullable String optional(JsonNode node) {
        return node.isMissingNode() ? null : required(node);
    }
}
