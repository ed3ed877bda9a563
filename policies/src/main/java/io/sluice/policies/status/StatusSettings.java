package io.sluice.policies.status;

import io.sluice.core.encoding.Names;
import java.io.Serializable;
import java.time.Duration;

/**
 * How a process tells of itself.
 *
 * @param instance what it is called, an id; of several processes of one room each has its own
 * @param every how often it tells where nothing changes; a change is told at once
 */
public record StatusSettings(String instance, Duration every) implements Serializable {
    private static final long serialVersionUID = 1;

    /** One process of each room, every 10 seconds. */
    public static final StatusSettings DEFAULT = new StatusSettings("main", Duration.ofSeconds(10));

    public StatusSettings {
        Names.requireId("instance", instance);
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("statusEvery must be 1 second to 10 minutes");
        }
    }
}
