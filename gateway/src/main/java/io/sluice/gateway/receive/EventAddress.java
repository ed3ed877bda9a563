package io.sluice.gateway.receive;

import org.jspecify.annotations.Nullable;

/**
 * Which event a producer asks about.
 *
 * @param id the event's id, as the producer gave it
 * @param source its CloudEvents source; null for the one that the gateway gives where there is none
 */
public record EventAddress(String id, @Nullable String source) {
    @Override
    public String toString() {
        return "EventAddress"; // the id is the producer's
    }
}
