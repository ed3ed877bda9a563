package io.sluice.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.Tags;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * That a subject's data must be kept (GDPR Art. 17(3)(b), (e)): the value of {@code subject.holds} under the subject's
 * reference. No erasure of the subject goes on while it lasts; the block that the erasure began stands. Immutable.
 *
 * @param reason why, in the officer's words: no personal data
 * @param by who said so
 * @param since when
 * @param until when it ends by itself, null for when it is released
 */
public record LegalHold(
        String reason, String by, Instant since, @Nullable Instant until) {
    /** Longest reason. */
    public static final int MAX_REASON_CHARS = 500;

    public LegalHold {
        if (reason.isBlank() || reason.length() > MAX_REASON_CHARS) {
            throw new IllegalArgumentException("reason of a legal hold is 1 to " + MAX_REASON_CHARS + " characters");
        }
        if (until != null && !until.isAfter(since)) {
            throw new IllegalArgumentException("until of a legal hold is not after it begins");
        }
    }

    /** Whether it lasts at that time. */
    public boolean holdsAt(Instant time) {
        return until == null || time.isBefore(until);
    }

    /** The JSON form. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("reason", reason);
        json.put("by", by);
        json.put("since", Tags.timestamp(since));
        if (until != null) {
            json.put("until", Tags.timestamp(until));
        }
        return json;
    }

    /** Canonical JSON, the value of its record. */
    public byte[] toBytes() {
        return CanonicalJson.bytes(toJson());
    }

    /** Reads the value of a record. @throws IllegalArgumentException where it is none */
    public static LegalHold of(byte[] value) {
        try {
            return of(StrictJson.read(value));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("a value of subject.holds is no JSON", e);
        }
    }

    /** Reads the JSON form. @throws IllegalArgumentException naming the member at fault */
    public static LegalHold of(JsonNode json) {
        try {
            return new LegalHold(
                    json.path("reason").asText(),
                    json.path("by").asText(),
                    Instant.parse(json.path("since").asText()),
                    json.has("until") ? Instant.parse(json.path("until").asText()) : null);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("since and until of a legal hold are times", e);
        }
    }
}
