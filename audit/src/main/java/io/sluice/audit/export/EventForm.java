package io.sluice.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Turns entries into events of a format of others. What an event says, its entry says; a value of a field neither has. Thread-safe. */
public interface EventForm {
    /**
     * The events of an entry: one for each recipient of a record that was decided, since each has an outcome of its own, and
     * one of any other entry.
     *
     * @param origin name of the log
     * @param index place of the entry in it
     * @param entry the entry
     * @param sentence what it means, in English
     */
    List<Map<String, Object>> events(String origin, long index, JsonNode entry, String sentence);

    /** The same as lines of JSON. */
    default byte[] lines(String origin, long index, JsonNode entry, String sentence) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Map<String, Object> event : events(origin, index, entry, sentence)) {
            lines.writeBytes(CanonicalJson.bytes(event));
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    /** The recipients that something was decided for. */
    static List<JsonNode> recipients(JsonNode entry) {
        return StreamSupport.stream(entry.path("recipients").spliterator(), false)
                .toList();
    }
}
