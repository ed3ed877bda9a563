package io.sluice.cli.config;

import io.sluice.core.encoding.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The job that delivers released views.
 *
 * @param keystore PEM key and certificate of the job as a Kafka client
 * @param to {@link #FILES} or {@link #POSTGRESQL}
 * @param recipients whose views this job delivers; empty for everybody's, also recipients' to come
 * @param folder where {@code <recipient>/} folders of rolling NDJSON files go
 * @param postgresql where recipients' tables are
 * @param checkpointInterval a file is complete, or a view in its table, when the checkpoint after it ends
 * @param checkpoints folder of the completed checkpoints
 */
public record DeliverSection(
        Path keystore,
        String to,
        List<String> recipients,
        Path folder,
        PostgresqlSection postgresql,
        Duration checkpointInterval,
        Path checkpoints) {
    /** To files. */
    public static final String FILES = "files";
    /** To tables. */
    public static final String POSTGRESQL = "postgresql";

    /** Checks ranges. */
    public DeliverSection {
        if (!to.equals(FILES) && !to.equals(POSTGRESQL)) {
            throw new IllegalArgumentException("to must be " + FILES + " or " + POSTGRESQL);
        }
        recipients.forEach(recipient -> Names.requireId("recipients", recipient));
        Require.range("checkpointInterval", checkpointInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
    }

    static DeliverSection defaults(Path folder, Path certs) {
        return new DeliverSection(
                certs.resolve("identities/deliver.keystore.pem"),
                FILES,
                List.of(),
                folder.resolve("delivered"),
                PostgresqlSection.defaults(folder, certs),
                Duration.ofSeconds(1),
                folder.resolve("checkpoints/deliver"));
    }

    /** Whether views go to tables. */
    public boolean toPostgresql() {
        return to.equals(POSTGRESQL);
    }
}
