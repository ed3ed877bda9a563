package io.sluice.audit.log;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.IngressPosition;
import java.util.Arrays;
import java.util.Optional;

/**
 * An entry that has the form of one: canonical JSON (RFC 8785) with an id and a known type, a record's id being its
 * position.
 *
 * @param id the entry's id
 * @param type one of the types of {@link AuditEntry}
 * @param position of a record or choice at its first attempt; empty for further attempts and for acts
 * @param json all of it
 */
public record EntryForm(String id, String type, Optional<IngressPosition> position, JsonNode json) {
    /** An entry that has not. The message holds nothing of the entry's content. */
    public static final class BadFormException extends Exception {
        private static final long serialVersionUID = 1L;

        BadFormException(String message) {
            super(message);
        }
    }

    /** Reads the bytes of an entry. */
    public static EntryForm read(byte[] bytes) throws BadFormException {
        if (bytes.length == 0 || bytes.length > EntryBundle.MAX_ENTRY_BYTES) {
            throw new BadFormException("has not between 1 and 65,535 bytes");
        }
        JsonNode json = canonical(bytes);
        String id = json.path("id").isTextual() ? json.path("id").textValue() : "";
        String type = json.path("type").isTextual() ? json.path("type").textValue() : "";
        if (id.isEmpty()) {
            throw new BadFormException("has no id");
        }
        return switch (type) {
            case AuditEntry.RECORD, AuditEntry.CHOICE -> new EntryForm(id, type, position(id), json);
            case AuditEntry.ACT -> new EntryForm(id, type, Optional.empty(), json);
            default -> throw new BadFormException("is of no known type");
        };
    }

    private static JsonNode canonical(byte[] bytes) throws BadFormException {
        try {
            JsonNode json = StrictJson.read(bytes);
            if (Arrays.equals(CanonicalJson.bytes(json), bytes)) {
                return json;
            }
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new BadFormException("is not canonical JSON: " + e.getMessage());
        }
        throw new BadFormException("is JSON but not in its canonical form (RFC 8785)");
    }

    private static Optional<IngressPosition> position(String id) throws BadFormException {
        try {
            IngressPosition position = IngressPosition.ofEntryId(id);
            return position.entryId(0).equals(id) ? Optional.of(position) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new BadFormException("has an id that is no position");
        }
    }
}
