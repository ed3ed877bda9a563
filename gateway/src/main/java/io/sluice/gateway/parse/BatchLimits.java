package io.sluice.gateway.parse;

import io.sluice.gateway.answer.BatchAnswer;
import java.time.Duration;

/**
 * Bounds of a batch (promise P10). One of its events has at most {@code dataPort.limits.maxBodyBytes}.
 *
 * @param maxEvents most events
 * @param maxLines most lines of an NDJSON body, blank ones included
 * @param maxBytes largest NDJSON body; it is never held whole
 * @param maxHeldBytes largest CloudEvents batch or FHIR Bundle; it is held whole
 * @param maxBytesUnderWay bytes of one NDJSON body that may be in memory; at half of them the socket is paused
 * @param maxEventsUnderWay events of one batch that may wait for Kafka at a time
 * @param maxAnswerBytes largest answer
 * @param stall longest silence of a producer in the middle of an NDJSON body
 * @param duration from the head of an NDJSON body to its end
 */
public record BatchLimits(
        int maxEvents,
        int maxLines,
        long maxBytes,
        int maxHeldBytes,
        int maxBytesUnderWay,
        int maxEventsUnderWay,
        int maxAnswerBytes,
        Duration stall,
        Duration duration) {
    /** What a gateway uses where nothing else is configured. */
    public static final BatchLimits DEFAULT = new BatchLimits(
            100_000,
            200_000,
            256L << 20,
            8 << 20,
            4 << 20,
            1_024,
            16 << 20,
            Duration.ofSeconds(15),
            Duration.ofMinutes(2));

    public BatchLimits {
        if (maxEvents < 1
                || maxLines < maxEvents
                || maxBytes < 1
                || maxHeldBytes < 1
                || maxBytesUnderWay < 1
                || maxEventsUnderWay < 1) {
            throw new IllegalArgumentException(
                    "batch limits: sizes and counts must be positive, and there may be no fewer lines than events");
        }
        if (maxAnswerBytes < (long) maxEventsUnderWay * BatchAnswer.MAX_EVENT_BYTES) {
            throw new IllegalArgumentException("batch limits: maxAnswerBytes must hold " + BatchAnswer.MAX_EVENT_BYTES
                    + " bytes for each of maxEventsUnderWay");
        }
        if (stall.isNegative() || stall.isZero() || duration.compareTo(stall) < 0) {
            throw new IllegalArgumentException("batch limits: stall must be positive, duration no shorter");
        }
    }
}
