package io.sluice.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request's body: a CloudEvents batch, in which each event has an id of its own. */
final class BatchBody {
    static final String CONTENT_TYPE = "application/cloudevents-batch+json";

    private BatchBody() {}

    static byte[] of(ClientSettings settings, List<Event> events) {
        String same = "\",\"source\":" + Json.quote(settings.source()) + ",\"type\":" + Json.quote(settings.type())
                + ",\"datacontenttype\":" + Json.quote(settings.contentType());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write('[');
        for (Event event : events) {
            if (body.size() > 1) {
                body.write(',');
            }
            String time = event.time();
            text(body, "{\"specversion\":\"1.0" + same + ",\"id\":" + Json.quote(event.id()));
            text(body, (time == null ? "" : ",\"time\":" + Json.quote(time)) + ",\"data\":");
            body.writeBytes(event.data());
            body.write('}');
        }
        body.write(']');
        return body.toByteArray();
    }

    private static void text(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
