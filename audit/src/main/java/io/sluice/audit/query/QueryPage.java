package io.sluice.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;

/**
 * A page of an answer, in the order of the log.
 *
 * @param entries those found
 * @param next where the next page starts; empty on the last page
 * @param logSize entries under the checkpoint that was asked
 */
public record QueryPage(List<Found> entries, OptionalLong next, long logSize) {
    /**
     * An entry.
     *
     * @param index its place in the log
     * @param bytes its canonical bytes, as the log has them; shared, not to be changed
     * @param entry the same, parsed
     */
    public record Found(long index, byte[] bytes, JsonNode entry) {}

    public QueryPage {
        entries = List.copyOf(entries);
    }
}
