package io.sluice.cli.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The main job.
 *
 * @param keystore PEM key and certificate of the job as a Kafka client
 * @param parallelism of every operator: the sink must not differ from the protect function
 * @param checkpointInterval a view is visible when the checkpoint after it ends
 * @param duplicateWindow how long a copy of an event is known as one, 24 h unless sealed events stay for less; ids of two
 *     of them are in the job's state
 * @param transactionTimeout how long Kafka keeps an open transaction: longer than a checkpoint and a restart take
 *     together, at least twice checkpointInterval, at most the brokers' {@code transaction.max.timeout.ms}
 * @param checkpoints folder of the completed checkpoints, from which a start resumes
 */
public record ProtectSection(
        Path keystore,
        int parallelism,
        Duration checkpointInterval,
        Duration duplicateWindow,
        Duration transactionTimeout,
        Path checkpoints) {
    /** Checks ranges. */
    public ProtectSection {
        Require.range("parallelism", parallelism, 1, 720);
        Require.range("checkpointInterval", checkpointInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
        Require.range("duplicateWindow", duplicateWindow, Duration.ofMinutes(1), Duration.ofDays(30));
        Require.range(
                "transactionTimeout", transactionTimeout, checkpointInterval.multipliedBy(2), Duration.ofHours(1));
    }

    /** @param ingressRetention the duplicate window is never longer */
    static ProtectSection defaults(Path folder, Path certs, Duration ingressRetention) {
        Duration day = Duration.ofHours(24);
        return new ProtectSection(
                certs.resolve("identities/protect.keystore.pem"),
                2,
                Duration.ofSeconds(1),
                ingressRetention.compareTo(day) < 0 ? ingressRetention : day,
                Duration.ofMinutes(10),
                folder.resolve("checkpoints/protect"));
    }
}
