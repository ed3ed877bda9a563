package io.sluice.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of the Open Cybersecurity Schema Framework (OCSF) 1.8.0: class API Activity (6003) with the profile {@code
 * security_control}. What the class has no attribute for stands under {@code unmapped}.
 */
public final class OcsfEvents implements EventForm {
    /** Media type of a stream of them. */
    public static final String MEDIA_TYPE = "application/x-ndjson";

    private static final int CLASS = 6003;
    private static final int CATEGORY = 6;

    /** Activities of the class. */
    private enum Activity {
        CREATE(1),
        READ(2),
        UPDATE(3),
        DELETE(4),
        OTHER(99);

        private final int id;

        Activity(int id) {
            this.id = id;
        }

        static Activity of(char action) {
            return switch (action) {
                case 'C' -> CREATE;
                case 'R' -> READ;
                case 'U' -> UPDATE;
                case 'D' -> DELETE;
                default -> OTHER;
            };
        }
    }

    /**
     * What a security control did.
     *
     * @param disposition {@code disposition_id}
     * @param action {@code action_id}
     * @param severity {@code severity_id}
     * @param status {@code status_id}
     */
    private record Outcome(int disposition, int action, int severity, int status) {
        private static final Outcome ALLOWED = new Outcome(1, 1, 1, 1);
        private static final Outcome BLOCKED = new Outcome(2, 2, 2, 1);
        private static final Outcome QUARANTINED = new Outcome(3, 2, 3, 2);
        private static final Outcome REFUSED = new Outcome(2, 2, 3, 2);
        private static final Outcome DROPPED = new Outcome(6, 2, 1, 1);
    }

    @Override
    public List<Map<String, Object>> events(String origin, long index, JsonNode entry, String sentence) {
        List<Map<String, Object>> events = new ArrayList<>();
        for (JsonNode recipient : EventForm.recipients(entry)) {
            events.add(view(origin, index, entry, sentence, recipient));
        }
        if (events.isEmpty()) {
            events.add(
                    text(entry, "type").equals(AuditEntry.ACT)
                            ? act(origin, index, entry, sentence)
                            : undecided(origin, index, entry, sentence));
        }
        return events;
    }

    private static Map<String, Object> view(
            String origin, long index, JsonNode entry, String sentence, JsonNode recipient) {
        Outcome outcome =
                switch (text(recipient, "disposition")) {
                    case "release" -> Outcome.ALLOWED;
                    case "withhold" -> Outcome.BLOCKED;
                    default -> Outcome.QUARANTINED;
                };
        String id = text(recipient, "id");
        Map<String, Object> event = event(origin, entry, sentence, "release", Activity.READ, outcome, id);
        event.put("dst_endpoint", Map.of("name", id));
        Map<String, Object> rest = unmapped(index);
        for (String name : List.of("releasedId", "plan", "undeclared", "patterns", "reasons", "legal", "findings")) {
            if (recipient.has(name)) {
                rest.put(name, recipient.get(name));
            }
        }
        event.put("unmapped", rest);
        String fault = text(recipient, "code");
        if (!fault.isEmpty()) {
            event.put("status_detail", fault);
        }
        return event;
    }

    private static Map<String, Object> undecided(String origin, long index, JsonNode entry, String sentence) {
        JsonNode said = entry.path("outcome");
        Outcome outcome =
                switch (text(said, "code")) {
                    case "quarantined" -> Outcome.QUARANTINED;
                    case "duplicate" -> Outcome.DROPPED;
                    default -> Outcome.ALLOWED;
                };
        String operation = text(entry, "type").equals(AuditEntry.CHOICE) ? "choice" : "admit";
        Map<String, Object> event = event(origin, entry, sentence, operation, Activity.CREATE, outcome, null);
        Map<String, Object> rest = unmapped(index);
        for (String name : List.of("outcome", "choice", "notices")) {
            if (entry.has(name)) {
                rest.put(name, entry.get(name));
            }
        }
        event.put("unmapped", rest);
        if (said.has("reason")) {
            event.put("status_detail", text(said, "reason"));
        }
        return event;
    }

    private static Map<String, Object> act(String origin, long index, JsonNode entry, String sentence) {
        String code = text(entry, "code");
        Deed deed = Deed.of(code);
        Map<String, Object> event = event(
                origin,
                entry,
                sentence,
                code.isEmpty() ? "unknown" : code,
                Activity.of(deed.action()),
                deed.failed() ? Outcome.REFUSED : Outcome.ALLOWED,
                null);
        Map<String, Object> rest = unmapped(index);
        if (entry.has("detail")) {
            rest.put("detail", entry.get("detail"));
        }
        event.put("unmapped", rest);
        return event;
    }

    private static Map<String, Object> event(
            String origin,
            JsonNode entry,
            String sentence,
            String operation,
            Activity activity,
            Outcome outcome,
            @Nullable String recipient) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("category_uid", CATEGORY);
        event.put("class_uid", CLASS);
        event.put("activity_id", activity.id);
        event.put("type_uid", CLASS * 100 + activity.id);
        event.put("severity_id", outcome.severity());
        event.put("status_id", outcome.status());
        event.put("action_id", outcome.action());
        event.put("disposition_id", outcome.disposition());
        event.put("time", millis(entry, "time", "recorded"));
        event.put("message", sentence);
        event.put("api", Map.of("operation", operation, "service", Map.of("name", "sluice")));
        event.put("actor", actor(entry));
        String writer = text(entry, "writer");
        event.put("src_endpoint", Map.of("name", writer.isEmpty() ? "unknown" : writer));
        event.put("metadata", metadata(origin, entry, recipient));
        if (entry.has("dataset") || entry.path("subject").has("ref")) {
            event.put("resources", List.of(resource(entry)));
        }
        JsonNode policy = entry.path("policy");
        if (policy.has("bundle") || policy.has("revision")) {
            Map<String, Object> applied = new LinkedHashMap<>();
            applied.put("name", "sluice");
            applied.put("is_applied", true);
            if (policy.has("bundle")) {
                applied.put("uid", text(policy, "bundle"));
            }
            if (policy.has("revision")) {
                applied.put("version", text(policy, "revision"));
            }
            event.put("policy", applied);
        }
        return event;
    }

    private static Map<String, Object> actor(JsonNode entry) {
        if (entry.has("actor")) {
            return Map.of("user", Map.of("uid", text(entry, "actor")));
        }
        String app = text(entry, entry.has("producer") ? "producer" : "writer");
        return Map.of("app_uid", app.isEmpty() ? "unknown" : app);
    }

    private static Map<String, Object> metadata(String origin, JsonNode entry, @Nullable String recipient) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("version", "1.8.0");
        metadata.put("profiles", List.of("security_control"));
        metadata.put("product", Map.of("name", "Sluice", "vendor_name", "Sluice"));
        metadata.put("log_name", origin);
        metadata.put("uid", text(entry, "id") + (recipient == null ? "" : "/" + recipient));
        metadata.put("original_event_uid", text(entry, "id"));
        metadata.put("event_code", text(entry, "type"));
        metadata.put("logged_time", millis(entry, "recorded", "time"));
        if (entry.has("tenant")) {
            metadata.put("tenant_uid", text(entry, "tenant"));
        }
        return metadata;
    }

    /** The subject is the owner of its record, by its reference. */
    private static Map<String, Object> resource(JsonNode entry) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("uid", text(entry, "id"));
        if (entry.has("dataset")) {
            resource.put("name", text(entry, "dataset"));
            resource.put("type", "dataset");
        }
        String subject = text(entry.path("subject"), "ref");
        if (!subject.isEmpty()) {
            resource.put("owner", Map.of("uid", subject));
        }
        return resource;
    }

    private static Map<String, Object> unmapped(long index) {
        Map<String, Object> rest = new LinkedHashMap<>();
        rest.put("log_index", index);
        return rest;
    }

    /** 0 where an entry says no time: the attribute is required, and the log is the truth. */
    private static long millis(JsonNode entry, String first, String second) {
        String said = text(entry, entry.has(first) ? first : second);
        try {
            return said.isEmpty() ? 0 : Instant.parse(said).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return 0;
        }
    }

    private static String text(JsonNode json, String name) {
        return json.path(name).asText("");
    }
}
