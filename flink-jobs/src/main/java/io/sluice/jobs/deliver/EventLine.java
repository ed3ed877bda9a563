package io.sluice.jobs.deliver;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.jobs.released.ReleasedEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A released event as one line of NDJSON: CloudEvents 1.0 in the JSON format, {@code data} inline where it is JSON, else
 * {@code data_base64}. The data's bytes stand in the line as they are; only line breaks between its tokens become spaces.
 */
final class EventLine {
    private EventLine() {}

    /** The line with its line feed. */
    static byte[] of(ReleasedEvent event) {
        byte[] data = event.data();
        ByteArrayOutputStream line = new ByteArrayOutputStream(512 + (data == null ? 0 : data.length));
        String envelope = CanonicalJson.text(event.attributes());
        line.writeBytes(envelope.substring(0, envelope.length() - 1).getBytes(StandardCharsets.UTF_8));
        if (data != null && event.isJson()) {
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
}
