package io.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * An event to be posted.
 *
 * @param id the producer's own id of it: sent twice with the same content, it is released once
 * @param data one JSON value in UTF-8; it is sent as it stands and must not be changed afterwards
 * @param time when it happened, RFC 3339; null where that is not said
 */
public record Event(String id, byte[] data, @Nullable String time) {
    /** @throws IllegalArgumentException where the id is empty or too long, or the data is not one JSON value */
    public Event {
        if (id.isEmpty() || id.length() > 256) {
            throw new IllegalArgumentException("An event's id has 1 to 256 characters");
        }
        Json.requireValue(data);
    }

    /** An event without a time. */
    public static Event of(String id, byte[] data) {
        return new Event(id, data, null);
    }

    @Override
    public String toString() {
        return "Event[" + data.length + " bytes]"; // ids and data may be of a person
    }
}
