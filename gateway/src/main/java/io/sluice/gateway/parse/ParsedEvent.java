package io.sluice.gateway.parse;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.event.ClientEvent;

/**
 * An event that parsed. In clear; it goes no further than the seal.
 *
 * @param event what the producer sent
 * @param payload its data as a tree, for pointers and schema
 * @param idMinted whether the gateway made the id up because the producer sent none
 */
public record ParsedEvent(ClientEvent event, JsonNode payload, boolean idMinted) {
    /** An event that parsed before, with its tree made again from its data. */
    public static ParsedEvent again(ClientEvent event) {
        try {
            return new ParsedEvent(event, StrictJson.read(event.data()), false);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("A text that was read a moment ago cannot be read");
        }
    }

    @Override
    public String toString() {
        return "ParsedEvent[" + event + "]";
    }
}
