package io.sluice.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.event.IngressPosition;
import io.sluice.gateway.outcome.KnownEvents;
import io.sluice.gateway.parse.EventParser;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import io.sluice.gateway.publish.SeenEvents;
import io.sluice.gateway.receive.EventAddress;
import io.sluice.protection.seal.SubjectReferences;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What became of an event, told to its producer alone: the event is looked up by the keyed hash of (producer, source, id),
 * and the producer is the caller's certificate. Thread-safe.
 *
 * @param finding why outcomes are not learned now; empty where they are
 */
record Questions(SubjectReferences references, SeenEvents seen, KnownEvents known, Supplier<Optional<String>> finding) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * The answer's body.
     *
     * @throws RefusedException {@code event-unknown}; {@code kafka-unavailable} where an outcome may only not have been read
     */
    byte[] answer(String producer, EventAddress asked) {
        String source = asked.source() == null ? EventParser.sourceOf(producer) : asked.source();
        String event = references.eventId(producer, source, asked.id());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", asked.id());
        json.putAll(known.of(event).orElseGet(() -> accepted(seen.placeOf(event))));
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts and numbers always has a JSON form", e);
        }
    }

    private Map<String, Object> accepted(Optional<Optional<IngressPosition>> place) {
        if (finding.get().isPresent()) {
            throw RefusedException.of(
                    ProblemCode.KAFKA_UNAVAILABLE, "The gateway cannot read what was decided. Ask again later.");
        }
        if (place.isEmpty()) {
            throw RefusedException.of(
                    ProblemCode.EVENT_UNKNOWN,
                    "You posted no event with this id and source that is known here, or it was forgotten: "
                            + known.window()
                            + ". The id is yours; name the source where the event has one of its own.");
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", "accepted");
        if (place.get().isPresent()) {
            json.put("position", place.get().get().toString());
        } else {
            json.put("spooled", true);
        }
        return json;
    }
}
