package io.sluice.audit.append;

import io.sluice.audit.log.AuditLog;
import io.sluice.audit.timestamp.TimestampConfig;
import io.sluice.audit.witness.CosigningConfig;
import io.sluice.core.event.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one partition of {@code audit.entries} becomes a log.
 *
 * @param topics the deployment's topics
 * @param partition the partition; it is one log with its own origin
 * @param archive folder of the bundles and plans that entries cite; may be the log's own folder
 * @param checkpointInterval a checkpoint is signed at most this often
 * @param heartbeatInterval a heartbeat entry goes to the topic this often, busy or not
 * @param maxBatchEntries entries that are appended in one step at most
 * @param maxBatchBytes bytes of entries that are held before they are appended
 * @param witnesses who is asked to cosign checkpoints
 * @param timestamp who is asked to stamp them with the time; null for nobody
 */
public record AuditAppenderConfig(
        Topics topics,
        int partition,
        Path archive,
        Duration checkpointInterval,
        Duration heartbeatInterval,
        int maxBatchEntries,
        long maxBatchBytes,
        CosigningConfig witnesses,
        @Nullable TimestampConfig timestamp) {
    /** Records of one poll at most; what a batch may exceed its limit by. */
    static final int MAX_POLL_RECORDS = 8_192;

    public AuditAppenderConfig {
        Objects.requireNonNull(topics, "topics is null");
        Objects.requireNonNull(archive, "archive is null");
        Objects.requireNonNull(witnesses, "witnesses is null");
        if (partition < 0) {
            throw new IllegalArgumentException("partition is not negative");
        }
        if (checkpointInterval.isNegative() || heartbeatInterval.isNegative() || heartbeatInterval.isZero()) {
            throw new IllegalArgumentException(
                    "checkpointInterval and heartbeatInterval are not negative, the latter not 0");
        }
        if (maxBatchEntries < 1 || maxBatchEntries > AuditLog.MAX_BATCH - MAX_POLL_RECORDS) {
            throw new IllegalArgumentException("maxBatchEntries is 1 to " + (AuditLog.MAX_BATCH - MAX_POLL_RECORDS));
        }
        if (maxBatchBytes < 65_535) {
            throw new IllegalArgumentException("maxBatchBytes is at least one entry: 65535");
        }
    }

    /** One second between checkpoints, a heartbeat a minute, batches of 32,768 entries and 32 MiB, no witness. */
    public static AuditAppenderConfig defaults(Topics topics, int partition, Path archive) {
        return new AuditAppenderConfig(
                topics,
                partition,
                archive,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                32_768,
                32L << 20,
                CosigningConfig.none(),
                null);
    }

    /** The same with another heartbeat. */
    public AuditAppenderConfig withHeartbeatInterval(Duration interval) {
        return new AuditAppenderConfig(
                topics,
                partition,
                archive,
                checkpointInterval,
                interval,
                maxBatchEntries,
                maxBatchBytes,
                witnesses,
                timestamp);
    }

    /** The same with another cadence of checkpoints. */
    public AuditAppenderConfig withCheckpointInterval(Duration interval) {
        return new AuditAppenderConfig(
                topics,
                partition,
                archive,
                interval,
                heartbeatInterval,
                maxBatchEntries,
                maxBatchBytes,
                witnesses,
                timestamp);
    }

    /** The same with witnesses. */
    public AuditAppenderConfig withWitnesses(CosigningConfig asked) {
        return new AuditAppenderConfig(
                topics,
                partition,
                archive,
                checkpointInterval,
                heartbeatInterval,
                maxBatchEntries,
                maxBatchBytes,
                asked,
                timestamp);
    }

    /** The same with somebody who stamps checkpoints with the time; null for nobody. */
    public AuditAppenderConfig withTimestamp(@Nullable TimestampConfig asked) {
        return new AuditAppenderConfig(
                topics,
                partition,
                archive,
                checkpointInterval,
                heartbeatInterval,
                maxBatchEntries,
                maxBatchBytes,
                witnesses,
                asked);
    }

    /** Who writes this appender's own entries. */
    String writer() {
        return "audit/" + partition;
    }
}
