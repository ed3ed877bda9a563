package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sentences of those who read the log. */
final class ReadSentences {
    private ReadSentences() {}

    /** The sentence; empty where the entry is another act. */
    static Optional<String> of(JsonNode entry) {
        JsonNode detail = entry.path("detail");
        return switch (entry.path("code").asText("")) {
            case "audit-read" -> Optional.of(read(entry, detail));
            case "audit-refused" ->
                Optional.of(text(entry, "actor") + " was refused to read the audit log "
                        + times(detail.path("count").asLong()) + " in the minute of " + text(detail, "minute") + " ("
                        + text(detail, "code") + ").");
            default -> Optional.empty();
        };
    }

    private static String read(JsonNode entry, JsonNode detail) {
        String who = text(entry, "actor");
        if (detail.path("state").asText("").equals("opened")) {
            return "At " + text(detail, "from") + " " + who + " began to read the audit log (rule "
                    + text(detail, "rule") + ", " + text(detail, "clause") + ").";
        }
        List<String> acts = new ArrayList<>();
        detail.path("acts")
                .properties()
                .forEach(act ->
                        acts.add(act.getKey() + " " + times(act.getValue().asLong())));
        return "From " + text(detail, "from") + " to " + text(detail, "to") + " " + who + " read the audit log: "
                + String.join(", ", acts) + ".";
    }

    static String times(long count) {
        return count == 1 ? "once" : count + " times";
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("?");
    }
}
