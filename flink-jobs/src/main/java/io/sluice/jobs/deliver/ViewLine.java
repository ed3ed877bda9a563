package io.sluice.jobs.deliver;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A released view as one line of NDJSON: CloudEvents 1.0 in the JSON format, {@code data} inline where it is JSON, else
 * {@code data_base64}. The view's bytes stand in the line as they are; only line breaks between its tokens become spaces.
 */
final class ViewLine {
    /** CloudEvents attribute names have no hyphen. */
    private static final String POLICY_ATTRIBUTE = "sluicepolicy";

    private ViewLine() {}

    /** The line with its line feed; empty where the record is no CloudEvent in binary mode. */
    static Optional<byte[]> of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            String name = attribute(header.key());
            if (name != null && header.value() != null) {
                attributes.put(name, new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        boolean event = "1.0".equals(attributes.get("specversion"))
                && attributes.containsKey("id")
                && attributes.containsKey("source")
                && attributes.containsKey("type");
        return event ? Optional.of(line(attributes, record.value())) : Optional.empty();
    }

    private static byte[] line(Map<String, String> attributes, byte @Nullable [] data) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512 + (data == null ? 0 : data.length));
        String envelope = CanonicalJson.text(attributes);
        line.writeBytes(envelope.substring(0, envelope.length() - 1).getBytes(StandardCharsets.UTF_8));
        if (data != null && isJson(data)) {
            line.writeBytes(",\"data\":".getBytes(StandardCharsets.UTF_8));
            for (byte b : data) {
                // Within a JSON string a line break is always escaped, so a bare one stands between tokens.
                line.write(b == '\n' || b == '\r' ? ' ' : b);
            }
        } else if (data != null) {
            line.writeBytes(",\"data_base64\":\"".getBytes(StandardCharsets.UTF_8));
            line.writeBytes(Base64.getEncoder().encode(data));
            line.write('"');
        }
        line.write('}');
        line.write('\n');
        return line.toByteArray();
    }

    private static boolean isJson(byte[] data) {
        try {
            StrictJson.check(data);
            return true;
        } catch (MalformedJsonException e) {
            return false; // goes out as base64
        }
    }

    private static @Nullable String attribute(String header) {
        if (header.equals(Headers.CONTENT_TYPE)) {
            return "datacontenttype";
        }
        if (header.equals(Headers.POLICY)) {
            return POLICY_ATTRIBUTE;
        }
        return header.startsWith(Headers.CE_PREFIX) ? header.substring(Headers.CE_PREFIX.length()) : null;
    }
}
