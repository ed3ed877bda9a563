package io.sluice.reveal;

import java.time.Duration;

/**
 * Bounds of the service (promise P10).
 *
 * @param maxBodyBytes largest request body
 * @param maxItems most values of one request
 * @param maxValueChars longest protected value
 * @param maxPathChars longest JSON Pointer
 * @param maxReasonChars longest reason of an emergency, and finding of a review
 * @param maxOpenEmergencies most emergency accesses whose review is open
 * @param unknownPerMinute requests a minute of all callers together whom the rulebook does not know
 * @param maxConnections open connections
 * @param maxRequests requests under way
 * @param request from a request's head to the end of its body
 * @param idle after which a silent connection is closed
 * @param entry how long a request waits for its entries to be durable
 * @param drain how long requests under way may take when the service closes
 */
public record RevealLimits(
        int maxBodyBytes,
        int maxItems,
        int maxValueChars,
        int maxPathChars,
        int maxReasonChars,
        int maxOpenEmergencies,
        int unknownPerMinute,
        int maxConnections,
        int maxRequests,
        Duration request,
        Duration idle,
        Duration entry,
        Duration drain) {
    /** What a service uses where nothing else is configured. */
    public static final RevealLimits DEFAULT = new RevealLimits(
            1 << 20,
            100,
            64 << 10,
            1_024,
            500,
            10_000,
            60,
            256,
            64,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));

    public RevealLimits {
        if (maxBodyBytes < 1_024
                || maxItems < 1
                || maxValueChars < 64
                || maxPathChars < 1
                || maxReasonChars < 10
                || maxOpenEmergencies < 1
                || unknownPerMinute < 1
                || maxConnections < 1
                || maxRequests < 1) {
            throw new IllegalArgumentException("reveal limits: sizes and counts must be positive");
        }
    }

    /** With other sizes of a batch and another wait for entries. */
    public RevealLimits with(int items, int bodyBytes, Duration entries, Duration draining) {
        return new RevealLimits(
                bodyBytes,
                items,
                maxValueChars,
                maxPathChars,
                maxReasonChars,
                maxOpenEmergencies,
                unknownPerMinute,
                maxConnections,
                maxRequests,
                request,
                idle,
                entries,
                draining);
    }
}
