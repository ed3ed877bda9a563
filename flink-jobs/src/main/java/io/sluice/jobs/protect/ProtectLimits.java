package io.sluice.jobs.protect;

import java.io.Serializable;
import java.time.Duration;

/**
 * The limits of the protect job (P10).
 *
 * @param duplicateWindow how long a copy of a record is known as one; a record whose append time is later than its time of
 *     receipt by more is {@code stale}
 * @param activationWait longest wait for an activation that the task has not read yet
 * @param engineWait longest wait for a policy engine that is not reached
 * @param keyWait longest wait for a wrapping key that the KMS does not give
 * @param maxIdsPerSubject most event ids that are remembered of one subject; beyond, the oldest are forgotten and
 *     whatever is as old as they were is {@code stale}
 * @param maxPurposesPerSubject most purposes in one set of a subject's choices
 * @param maxViewBytes largest released payload
 * @param requeueWindow how long after it was appended a record that failed may be sent again, and how long it is known that
 *     it was; as long as ingress and quarantine together keep one
 * @param requeuesPerSecond most requeued records that each subtask takes in a second, so that they never crowd out the others
 * @param maxCodesPerSubject most random codes ({@code pseudonymise}) that are kept of one subject; beyond, views that need
 *     another go to quarantine until some were not used for 400 days
 */
public record ProtectLimits(
        Duration duplicateWindow,
        Duration activationWait,
        Duration engineWait,
        Duration keyWait,
        int maxIdsPerSubject,
        int maxPurposesPerSubject,
        int maxViewBytes,
        Duration requeueWindow,
        int requeuesPerSecond,
        int maxCodesPerSubject)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Room for headers and framing beside a payload in one Kafka message. */
    static final int RECORD_OVERHEAD_BYTES = 16 * 1024;

    /** What a deployment has that sets nothing. */
    public static final ProtectLimits DEFAULT = new ProtectLimits(
            Duration.ofHours(24),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            10_000,
            256,
            1_000_000,
            Duration.ofDays(37),
            200,
            100_000);

    /** With the defaults for what is requeued. */
    public ProtectLimits(
            Duration duplicateWindow,
            Duration activationWait,
            Duration engineWait,
            Duration keyWait,
            int maxIdsPerSubject,
            int maxPurposesPerSubject,
            int maxViewBytes) {
        this(
                duplicateWindow,
                activationWait,
                engineWait,
                keyWait,
                maxIdsPerSubject,
                maxPurposesPerSubject,
                maxViewBytes,
                DEFAULT.requeueWindow,
                DEFAULT.requeuesPerSecond,
                DEFAULT.maxCodesPerSubject);
    }

    public ProtectLimits {
        require(!duplicateWindow.isNegative() && !duplicateWindow.isZero(), "duplicateWindow must be longer than zero");
        require(duplicateWindow.compareTo(Duration.ofDays(30)) <= 0, "duplicateWindow is at most 30 days");
        require(!activationWait.isNegative(), "activationWait must not be negative");
        require(activationWait.compareTo(Duration.ofMinutes(5)) <= 0, "activationWait is at most 5 minutes");
        require(!engineWait.isNegative(), "engineWait must not be negative");
        require(engineWait.compareTo(Duration.ofMinutes(5)) <= 0, "engineWait is at most 5 minutes");
        require(!keyWait.isNegative(), "keyWait must not be negative");
        require(keyWait.compareTo(Duration.ofMinutes(5)) <= 0, "keyWait is at most 5 minutes");
        require(maxIdsPerSubject >= 16, "maxIdsPerSubject is at least 16");
        require(maxPurposesPerSubject >= 1, "maxPurposesPerSubject is at least 1");
        require(
                requeueWindow.compareTo(Duration.ofMinutes(1)) >= 0
                        && requeueWindow.compareTo(Duration.ofDays(400)) <= 0,
                "requeueWindow is 1 minute to 400 days");
        require(requeuesPerSecond >= 1 && requeuesPerSecond <= 100_000, "requeuesPerSecond is 1 to 100,000");
        require(maxCodesPerSubject >= 1 && maxCodesPerSubject <= 10_000_000, "maxCodesPerSubject is 1 to 10,000,000");
        require(maxViewBytes >= 1 && maxViewBytes <= 64 << 20, "maxViewBytes is 1 byte to 64 MiB");
    }

    /** The same with another window in which copies are known. */
    public ProtectLimits withDuplicateWindow(Duration window) {
        return new ProtectLimits(
                window,
                activationWait,
                engineWait,
                keyWait,
                maxIdsPerSubject,
                maxPurposesPerSubject,
                maxViewBytes,
                requeueWindow,
                requeuesPerSecond,
                maxCodesPerSubject);
    }

    /** The same with another window for what is requeued. */
    public ProtectLimits withRequeueWindow(Duration window) {
        return new ProtectLimits(
                duplicateWindow,
                activationWait,
                engineWait,
                keyWait,
                maxIdsPerSubject,
                maxPurposesPerSubject,
                maxViewBytes,
                window,
                requeuesPerSecond,
                maxCodesPerSubject);
    }

    /** The same with another limit for codes. */
    public ProtectLimits withMaxCodesPerSubject(int codes) {
        return new ProtectLimits(
                duplicateWindow,
                activationWait,
                engineWait,
                keyWait,
                maxIdsPerSubject,
                maxPurposesPerSubject,
                maxViewBytes,
                requeueWindow,
                requeuesPerSecond,
                codes);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
