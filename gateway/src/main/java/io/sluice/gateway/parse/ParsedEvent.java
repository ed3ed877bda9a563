package io.sluice.gateway.parse;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.ClientEvent;

/**
 * An event that parsed. In clear; it goes no further than the seal.
 *
 * @param event what the producer sent
 * @param payload its data as a tree, for pointers and schema
 * @param idMinted whether the gateway made the id up because the producer sent none
 */
public record ParsedEvent(ClientEvent event, JsonNode payload, boolean idMinted) {
    @Override
    public String toString() {
        return "ParsedEvent[" + event + "]";
    }
}
