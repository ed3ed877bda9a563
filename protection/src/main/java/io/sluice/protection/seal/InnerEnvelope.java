package io.sluice.protection.seal;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.ClientEvent;
import java.nio.ByteBuffer;
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

    private InnerEnvelope() {}

    /** @throws IllegalArgumentException where an attribute is not valid Unicode */
    static byte[] encode(ClientEvent event) {
        Map<String, Object> attributes = new TreeMap<>();
        attributes.put("id", event.id());
        attributes.put("source", event.source());
        attributes.put("type", event.type());
        attributes.put("contenttype", event.contentType());
        attributes.put("extensions", event.extensions());
        if (event.subject() != null) {
            attributes.put("subject", event.subject());
        }
        if (event.time() != null) {
            attributes.put("time", event.time());
        }
        byte[] json = CanonicalJson.bytes(attributes);
        byte[] data = event.data();
        return ByteBuffer.allocate(PREFIX_BYTES + json.length + data.length)
                .put(VERSION)
                .putInt(json.length)
                .put(json)
                .put(data)
                .array();
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
