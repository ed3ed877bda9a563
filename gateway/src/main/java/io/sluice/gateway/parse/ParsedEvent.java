package io.sluice.gateway.parse;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.event.ClientEvent;

/**
 * An event that parsed. In clear; it goes no further than the seal.
 *
 * @param event what the producer sent
 * @param text its data, read strictly
 * @param idMinted whether the gateway made the id up because the producer sent none
 */
public record ParsedEvent(ClientEvent event, JsonText text, boolean idMinted) {
    /** An event that parsed before, with its tree made again from its data. */
    public static ParsedEvent again(ClientEvent event) {
        try {
            return new ParsedEvent(event, JsonText.read(event.data()), false);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("A text that was read a moment ago cannot be read");
        }
    }

    /** Its data as a tree, for pointers; not to be changed. */
    public JsonNode payload() {
        return text.tree();
    }

    @Override
    public String toString() {
        return "ParsedEvent[" + event + "]";
    }
}
