package io.sluice.policies.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An event of a scenario, as its producer would post it.
 *
 * @param producer producer id
 * @param address the dataset or group that it is posted to
 * @param purpose purpose of collection, null where the producer holds one only
 * @param day the day on which it is received
 * @param payload what is posted
 */
public record PostedEvent(
        String producer, String address, @Nullable String purpose, LocalDate day, JsonNode payload) {
    @Override
    public String toString() {
        return "PostedEvent[" + producer + " to " + address + "]";
    }
}
