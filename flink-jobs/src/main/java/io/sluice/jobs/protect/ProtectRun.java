package io.sluice.jobs.protect;

import io.sluice.core.cluster.Grants;
import java.io.Serializable;
import java.time.Duration;

/**
 * How a protect job runs and commits.
 *
 * @param transactionalIdPrefix first part of all transactional ids and the consumer group: one job and cluster only, for
 *     the life of its state; the room's grants begin with {@link Grants#PROTECT_PREFIX}
 * @param transactionTimeout how long Kafka keeps an open transaction; longer than a checkpoint and a restart take together
 * @param checkpointInterval how often views become visible
 * @param parallelism parallelism of every operator
 */
public record ProtectRun(
        String transactionalIdPrefix, Duration transactionTimeout, Duration checkpointInterval, int parallelism)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Below Kafka's default cap of 15 minutes; Flink's own default of an hour is above it. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);
    /** Most subtasks that a rescaling may reach: 720 divides evenly in many ways. */
    public static final int MAX_PARALLELISM = 720;

    public ProtectRun {
        if (!transactionalIdPrefix.matches("[a-z0-9][a-z0-9.-]{0,99}")) {
            throw new IllegalArgumentException(
                    "transactionalIdPrefix must be 1 to 100 lower-case letters, digits, dots and hyphens");
        }
        if (checkpointInterval.toMillis() < 10) {
            throw new IllegalArgumentException("checkpointInterval is at least 10 ms");
        }
        if (transactionTimeout.compareTo(checkpointInterval.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("transactionTimeout must be at least twice checkpointInterval");
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("parallelism is 1 to " + MAX_PARALLELISM);
        }
    }

    /** As the room's grants allow the tenant's job: a checkpoint every second, one subtask. */
    public static ProtectRun of(String tenant) {
        return new ProtectRun(Grants.PROTECT_PREFIX + "." + tenant, TRANSACTION_TIMEOUT, Duration.ofSeconds(1), 1);
    }

    /** The same under other transactional ids. */
    public ProtectRun withTransactionalIdPrefix(String prefix) {
        return new ProtectRun(prefix, transactionTimeout, checkpointInterval, parallelism);
    }

    /** The same with another limit of a transaction. */
    public ProtectRun withTransactionTimeout(Duration timeout) {
        return new ProtectRun(transactionalIdPrefix, timeout, checkpointInterval, parallelism);
    }

    /** The same with another interval. */
    public ProtectRun withCheckpointInterval(Duration interval) {
        return new ProtectRun(transactionalIdPrefix, transactionTimeout, interval, parallelism);
    }

    /** The same with another parallelism. */
    public ProtectRun withParallelism(int subtasks) {
        return new ProtectRun(transactionalIdPrefix, transactionTimeout, checkpointInterval, subtasks);
    }
}
