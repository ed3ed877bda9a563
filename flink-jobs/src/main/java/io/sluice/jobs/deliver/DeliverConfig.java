package io.sluice.jobs.deliver;

import static java.util.Objects.requireNonNull;

import io.sluice.core.cluster.Grants;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a deliver job runs. It names no recipients: whose topic the room may read is delivered, also one that an activation
 * makes while the job runs.
 *
 * @param kafka the room's client settings
 * @param tenant the deployment's tenant
 * @param folder below it each recipient has a folder of its own
 * @param checkpointInterval how often files are finished
 * @param discoveryInterval how often new recipients are looked for
 * @param parallelism files written at once per recipient
 */
public record DeliverConfig(
        ClientSettings kafka,
        String tenant,
        String folder,
        Duration checkpointInterval,
        Duration discoveryInterval,
        int parallelism)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** How often new recipients are looked for where nothing else is said. */
    public static final Duration DEFAULT_DISCOVERY = Duration.ofSeconds(2);

    public DeliverConfig {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(folder, "folder is null");
        new Topics(tenant, 1); // refuses what cannot be a topic
        if (checkpointInterval.toMillis() < 10) {
            throw new IllegalArgumentException("checkpointInterval is at least 10 ms");
        }
        if (discoveryInterval.toMillis() < 10) {
            throw new IllegalArgumentException("discoveryInterval is at least 10 ms");
        }
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is at least 1");
        }
    }

    /** With a checkpoint every second and one file at a time. */
    public static DeliverConfig of(ClientSettings kafka, String tenant, Path folder) {
        return new DeliverConfig(kafka, tenant, folder.toString(), Duration.ofSeconds(1), DEFAULT_DISCOVERY, 1);
    }

    /** The same with another time between checkpoints. */
    public DeliverConfig withCheckpointInterval(Duration interval) {
        return new DeliverConfig(kafka, tenant, folder, interval, discoveryInterval, parallelism);
    }

    String group() {
        return Grants.DELIVER_PREFIX + "." + tenant;
    }
}
