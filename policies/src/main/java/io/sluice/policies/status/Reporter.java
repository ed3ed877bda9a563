package io.sluice.policies.status;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whom a status is about.
 *
 * @param room the room, as {@code gateway}
 * @param instance what its operator calls the process
 * @param boot which start of it: random, so that two processes of one name are told apart
 * @param task index of the parallel task, null for a whole process
 * @param started when the process, or the task's process, began to tell
 * @param every how often it tells at least
 */
public record Reporter(
        String room, String instance, String boot, @Nullable Integer task, Instant started, Duration every) {
    /** Key of its records in {@code policy.status}. */
    public String key() {
        return room + "/" + instance + "/" + boot + (task == null ? "" : "/" + task);
    }

    /** What people call it: {@code gateway/main}, {@code protect/main/0}. */
    public String name() {
        return room + "/" + instance + (task == null ? "" : "/" + task);
    }
}
