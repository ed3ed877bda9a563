package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sentences of the reveal service's acts. */
final class RevealSentences {
    private RevealSentences() {}

    /** The sentence; empty where the entry is another act. */
    static Optional<String> of(JsonNode entry) {
        JsonNode detail = entry.path("detail");
        String who = "At " + text(entry, "time") + " " + text(entry, "actor");
        JsonNode emergency = detail.path("emergency");
        return switch (entry.path("code").asText("")) {
            case "value-revealed" ->
                Optional.of(who + " had a value" + dataset(entry) + " revealed for "
                        + text(detail.path("input"), "purpose") + rule(detail) + "; it was of a view released for "
                        + text(detail.path("input"), "releasedFor") + ", in the field " + fields(detail)
                        + (emergency.isTextual() ? ", under the emergency access " + emergency.asText() : "") + ".");
            case "reveal-refused" -> Optional.of(who + refused(entry, detail) + ".");
            case "emergency-opened" ->
                Optional.of(who + " opened the emergency access " + text(emergency, "id") + " for "
                        + text(emergency, "purpose") + " until " + text(emergency, "until") + rule(detail)
                        + ", because: " + text(emergency, "reason") + "; its review is due by "
                        + text(emergency, "reviewBy") + ".");
            case "emergency-reviewed" ->
                Optional.of(who + " reviewed the emergency access " + text(emergency, "id") + " of "
                        + text(emergency, "caller") + ": "
                        + (emergency.path("justified").asBoolean() ? "justified" : "unjustified") + ", "
                        + text(emergency, "finding")
                        + (emergency.path("overdue").asBoolean() ? " (late)" : "") + ".");
            case "reviews-listed" ->
                Optional.of(who + " listed the reviews that are open, " + text(detail, "open") + " of them.");
            default -> Optional.empty();
        };
    }

    private static String refused(JsonNode entry, JsonNode detail) {
        String why = detail.path("code").asText(text(detail, "answer"));
        String act = detail.path("input").path("act").asText("");
        return switch (act) {
            case "reveal" ->
                " asked for a value" + dataset(entry) + " for " + text(detail.path("input"), "purpose")
                        + " and did not get it (" + why + ")";
            case "open-emergency" -> " was refused an emergency access (" + why + ")";
            case "review", "list-reviews" -> " was refused a review (" + why + ")";
            default -> " was refused by the reveal service (" + why + ")";
        };
    }

    private static String dataset(JsonNode entry) {
        return entry.has("dataset") ? " of dataset " + text(entry, "dataset") : "";
    }

    private static String rule(JsonNode detail) {
        return " (rule " + text(detail, "rule") + ", " + text(detail, "clause") + ")";
    }

    private static String fields(JsonNode detail) {
        List<String> patterns = new ArrayList<>();
        detail.path("input").path("patterns").forEach(pattern -> patterns.add(pattern.asText()));
        return String.join(" or ", patterns);
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("?");
    }
}
