package io.sluice.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a recipient, to whom something of the subject was released before, was told of the subject's choice (GDPR Art. 19).
 *
 * @param recipient recipient id
 * @param releasedIds ids of the notices in its topic, empty where it was not told
 * @param untold why not, null where it was told
 */
public record NoticeOutcome(
        String recipient,
        List<String> releasedIds,
        @Nullable Untold untold) {
    /** Why a recipient is not told. */
    public enum Untold {
        /** It knows nobody: its views carry no subject, so that no notice could say whom it concerns (Art. 11, 12(2)). */
        NOT_ADDRESSABLE,
        /** Its topic does not exist any more, or does not take the notice. */
        TOPIC_MISSING;

        /** The code in an entry. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Reads a code. @throws IllegalArgumentException if it is none */
        public static Untold ofCode(String code) {
            for (Untold untold : values()) {
                if (untold.code().equals(code)) {
                    return untold;
                }
            }
            throw new IllegalArgumentException("code of a recipient must be not-addressable or topic-missing");
        }
    }

    public NoticeOutcome {
        releasedIds = List.copyOf(releasedIds);
    }

    /** The JSON form in entries and certificates. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", recipient);
        if (untold == null) {
            json.put("releasedIds", releasedIds);
        } else {
            json.put("code", untold.code());
        }
        return json;
    }

    /** Reads the JSON form. @throws IllegalArgumentException if it is none */
    public static NoticeOutcome of(JsonNode json) {
        List<String> ids = new ArrayList<>();
        json.path("releasedIds").forEach(id -> ids.add(id.asText()));
        String id = json.path("id").asText();
        String code = json.path("code").asText();
        if (id.isEmpty() || ids.isEmpty() == code.isEmpty()) {
            throw new IllegalArgumentException("a recipient has an id and either releasedIds or a code");
        }
        return new NoticeOutcome(id, ids, code.isEmpty() ? null : Untold.ofCode(code));
    }
}
