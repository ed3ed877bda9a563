package io.sluice.core.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Tags;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest erasure that a subject chose (GDPR Art. 17), as the protect job applied it: what {@code subject.choices} says of
 * it, and what the custodian of the keys carries out. It stays there when the subject returns, so that a compaction cannot hide it
 * from a custodian that was away. Immutable.
 *
 * @param entry id of the choice's audit entry
 * @param received when the gateway received it
 * @param recipients to whom something of the subject was released before, and whether each was told (Art. 19)
 * @param returned whether the subject has consented to something since, which ended the block
 */
public record SubjectErasure(String entry, Instant received, List<NoticeOutcome> recipients, boolean returned) {
    /** Version of the values of {@code subject.choices} that can hold one. */
    public static final int VERSION = 2;

    public SubjectErasure {
        IngressPosition.ofEntryId(entry); // refuses what is none
        recipients = List.copyOf(recipients);
    }

    /** The same once the subject has returned. */
    public SubjectErasure afterReturn() {
        return new SubjectErasure(entry, received, recipients, true);
    }

    /** The member {@code erasure} of a value of {@code subject.choices}. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("entry", entry);
        json.put("received", Tags.timestamp(received));
        json.put("recipients", recipients.stream().map(NoticeOutcome::toJson).toList());
        json.put("returned", returned);
        return json;
    }

    /**
     * Reads the erasure that a value of {@code subject.choices} tells.
     *
     * @return empty where it tells none
     * @throws IllegalArgumentException where the value is not of a known form; names the member
     */
    public static Optional<SubjectErasure> ofChoices(byte[] value) {
        JsonNode json;
        try {
            json = StrictJson.read(value);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("a value of subject.choices is no JSON", e);
        }
        int version = json.path("version").asInt();
        if (version < 1 || version > VERSION) {
            throw new IllegalArgumentException("a value of subject.choices is of an unknown version");
        }
        JsonNode erasure = json.path("erasure");
        return erasure.isMissingNode() ? Optional.empty() : Optional.of(of(erasure));
    }

    /** Reads the JSON form. @throws IllegalArgumentException naming the member at fault */
    public static SubjectErasure of(JsonNode json) {
        if (!json.path("recipients").isArray() || !json.path("returned").isBoolean()) {
            throw new IllegalArgumentException("an erasure has recipients, a list, and returned, a boolean");
        }
        List<NoticeOutcome> recipients = new ArrayList<>();
        for (JsonNode recipient : json.path("recipients")) {
            recipients.add(NoticeOutcome.of(recipient));
        }
        try {
            return new SubjectErasure(
                    json.path("entry").asText(),
                    Instant.parse(json.path("received").asText()),
                    recipients,
                    json.path("returned").booleanValue());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("received of an erasure is no time", e);
        }
    }
}
