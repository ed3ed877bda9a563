package io.sluice.cli.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The jobs that write released views to files.
 *
 * @param keystore PEM key and certificate of the job as a Kafka client
 * @param folder where {@code <recipient>/} folders of rolling NDJSON files go
 * @param checkpointInterval a file is complete when the checkpoint after its last line ends
 * @param checkpoints folder of the completed checkpoints
 */
public record DeliverSection(Path keystore, Path folder, Duration checkpointInterval, Path checkpoints) {
    /** Checks ranges. */
    public DeliverSection {
        Require.range("checkpointInterval", checkpointInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
    }

    static DeliverSection defaults(Path folder, Path certs) {
        return new DeliverSection(
                certs.resolve("identities/deliver.keystore.pem"),
                folder.resolve("delivered"),
                Duration.ofSeconds(1),
                folder.resolve("checkpoints/deliver"));
    }
}
