package io.sluice.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A sample event.
 *
 * @param file its file, below the folder of the samples
 * @param payload what it holds
 */
public record SampleEvent(String file, JsonNode payload) {
    @Override
    public String toString() {
        return "SampleEvent[" + file + "]";
    }
}
