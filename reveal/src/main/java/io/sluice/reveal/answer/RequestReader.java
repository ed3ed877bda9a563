package io.sluice.reveal.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.Names;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.transform.Sf1Place;
import io.sluice.reveal.RevealLimits;
import io.sluice.reveal.value.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads requests, strictly: what is unknown, missing, too long or of a wrong form is refused by its name. Thread-safe. */
final class RequestReader {
    private static final Pattern RELEASED_ID = Pattern.compile("r[1-9][0-9]{0,5}_[a-z2-7]{10,64}");
    private static final Pattern EMERGENCY_ID = Pattern.compile("[0-9a-f-]{36}");
    private static final int MIN_REASON_CHARS = 10;

    private final RevealLimits limits;

    RequestReader(RevealLimits limits) {
        this.limits = limits;
    }

    /**
     * Values to reveal.
     *
     * @param purpose what for
     * @param emergency id of an emergency access, null where none is used
     * @param items at least one
     */
    record Values(String purpose, @Nullable String emergency, List<Item> items) {}

    /**
     * An emergency access to open.
     *
     * @param purpose what for
     * @param reason in the caller's words
     * @param minutes for how long
     */
    record Opening(String purpose, String reason, int minutes) {}

    /**
     * A review to close.
     *
     * @param justified the verdict
     * @param finding in the reviewer's words
     */
    record Finding(boolean justified, String finding) {}

    Values values(byte[] body) {
        JsonNode json = object(body, Set.of("purpose", "emergency", "items"));
        JsonNode list = json.path("items");
        if (!list.isArray() || list.isEmpty()) {
            throw invalid("/items", "must be a list of at least one value");
        }
        if (list.size() > limits.maxItems()) {
            throw RefusedException.of(
                    ProblemCode.BATCH_TOO_LARGE,
                    "/items holds " + list.size() + " values; send at most " + limits.maxItems() + " at a time.");
        }
        String emergency = optional(json, "", "emergency", 36);
        if (emergency != null && !EMERGENCY_ID.matcher(emergency).matches()) {
            throw invalid("/emergency", "must be the id that opening it answered");
        }
        List<Item> items = new ArrayList<>();
        for (JsonNode item : list) {
            items.add(item(item, "/items/" + items.size()));
        }
        return new Values(id(json, "", "purpose"), emergency, items);
    }

    Opening opening(byte[] body) {
        JsonNode json = object(body, Set.of("purpose", "reason", "minutes"));
        JsonNode minutes = json.path("minutes");
        if (!minutes.isInt() || minutes.intValue() < 1) {
            throw invalid("/minutes", "must be a number of minutes from 1");
        }
        return new Opening(id(json, "", "purpose"), words(json, "reason"), minutes.intValue());
    }

    Finding finding(byte[] body) {
        JsonNode json = object(body, Set.of("justified", "finding"));
        if (!json.path("justified").isBoolean()) {
            throw invalid("/justified", "must be true or false");
        }
        return new Finding(json.path("justified").booleanValue(), words(json, "finding"));
    }

    private Item item(JsonNode json, String at) {
        if (!json.isObject()) {
            throw invalid(at, "must be an object");
        }
        requireMembers(json, at, Set.of("value", "dataset", "releasedFor", "record", "subject", "path", "epoch"));
        String record = optional(json, at, "record", 80);
        if (record != null && !RELEASED_ID.matcher(record).matches()) {
            throw invalid(at + "/record", "must be the id of the released record, as r1_...");
        }
        String subject = optional(json, at, "subject", 64);
        if (subject != null && !SubjectRef.isReference(subject)) {
            throw invalid(at + "/subject", "must be a subject reference, as s1_...");
        }
        String path = text(json, at, "path", limits.maxPathChars());
        if (!path.startsWith("/")) {
            throw invalid(at + "/path", "must be a JSON Pointer of the field in the view, as /identifier/1/value");
        }
        return new Item(
                text(json, at, "value", limits.maxValueChars()),
                new Sf1Place(
                        id(json, at, "dataset"),
                        subject == null ? "" : subject,
                        record == null ? "" : record,
                        path,
                        id(json, at, "releasedFor")),
                epoch(json, at));
    }

    private static int epoch(JsonNode json, String at) {
        JsonNode epoch = json.path("epoch");
        if (epoch.isMissingNode()) {
            return 0;
        }
        if (!epoch.isInt() || epoch.intValue() < 1 || epoch.intValue() > KeyRing.MAX_NAMED_VERSION) {
            throw invalid(at + "/epoch", "must be 1 to " + KeyRing.MAX_NAMED_VERSION);
        }
        return epoch.intValue();
    }

    /** Words that stand in the log for good. */
    private String words(JsonNode json, String name) {
        String words = text(json, "", name, limits.maxReasonChars()).strip();
        if (words.length() < MIN_REASON_CHARS || words.chars().anyMatch(Character::isISOControl)) {
            throw invalid(
                    "/" + name,
                    "must be one line of " + MIN_REASON_CHARS + " to " + limits.maxReasonChars() + " characters");
        }
        return words;
    }

    private static JsonNode object(byte[] body, Set<String> members) {
        JsonNode json;
        try {
            json = StrictJson.read(body);
        } catch (MalformedJsonException e) {
            throw RefusedException.of(ProblemCode.JSON_MALFORMED, e.getMessage() + ".");
        }
        if (!json.isObject()) {
            throw invalid("", "must be an object");
        }
        requireMembers(json, "", members);
        return json;
    }

    /** An unknown name is not repeated: it may be anything. */
    private static void requireMembers(JsonNode json, String at, Set<String> known) {
        json.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw invalid(
                        at,
                        "has a member that is not known; known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        });
    }

    private static String id(JsonNode json, String at, String name) {
        String text = text(json, at, name, Names.MAX_CHARS);
        if (!Names.isId(text)) {
            throw invalid(at + "/" + name, "must be an id: lower-case letters, digits and single hyphens");
        }
        return text;
    }

    private static String text(JsonNode json, String at, String name, int maxChars) {
        String text = optional(json, at, name, maxChars);
        if (text == null || text.isEmpty()) {
            throw invalid(at + "/" + name, "is missing");
        }
        return text;
    }

    private static @Nullable String optional(JsonNode json, String at, String name, int maxChars) {
        JsonNode value = json.path(name);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isTextual() || value.textValue().length() > maxChars) {
            throw invalid(at + "/" + name, "must be a text of at most " + maxChars + " characters");
        }
        return value.textValue();
    }

    private static RefusedException invalid(String at, String what) {
        return RefusedException.of(ProblemCode.REQUEST_INVALID, (at.isEmpty() ? "The body" : at) + " " + what + ".");
    }
}
