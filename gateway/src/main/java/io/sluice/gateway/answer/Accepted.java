package io.sluice.gateway.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.event.IngressPosition;
import io.sluice.gateway.problem.QuotaState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an accepted event or choice, sent once it is durable.
 *
 * @param id the producer's own id, or the minted one
 * @param idMinted whether the gateway made the id up: without an id of its own the producer cannot repeat safely
 * @param position where it stands; empty where it is durable in the gateway's spool and not in Kafka yet
 * @param repeated whether it was accepted before and nothing was written now
 * @param quota what is left of its producer's quota, told in headers; null where it has none, or its batch tells
 */
public record Accepted(
        String id,
        boolean idMinted,
        Optional<IngressPosition> position,
        boolean repeated,
        @Nullable QuotaState quota) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** One of which no quota is told. */
    public Accepted(String id, boolean idMinted, Optional<IngressPosition> position, boolean repeated) {
        this(id, idMinted, position, repeated, null);
    }

    /** The same, with what is left of a quota. */
    public Accepted under(QuotaState left) {
        return new Accepted(id, idMinted, position, repeated, left);
    }

    /** The answer's body. */
    public byte[] toJson() {
        try {
            return MAPPER.writeValueAsBytes(members());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts always has a JSON form", e);
        }
    }

    /** The answer's members in their order. */
    Map<String, Object> members() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("status", "accepted");
        if (position.isPresent()) {
            json.put("position", position.get().toString());
        } else {
            json.put("spooled", true);
        }
        if (idMinted) {
            json.put("idMinted", true);
        }
        if (repeated) {
            json.put("repeated", true);
        }
        return json;
    }
}
