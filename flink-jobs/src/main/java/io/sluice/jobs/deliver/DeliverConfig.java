package io.sluice.jobs.deliver;

import static java.util.Objects.requireNonNull;

import io.sluice.core.cluster.Grants;
import io.sluice.core.encoding.Names;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * How a deliver job runs. Where it names no recipients, whose topic the room may read is delivered, also one that an
 * activation makes while the job runs.
 *
 * @param kafka the room's client settings
 * @param tenant the deployment's tenant
 * @param recipients whose views are delivered, sorted; empty for everybody's
 * @param destination where to
 * @param checkpointInterval how often files are finished, or rows written at the latest
 * @param discoveryInterval how often new recipients are looked for
 * @param parallelism files written at once per recipient, or connections
 */
public record DeliverConfig(
        ClientSettings kafka,
        String tenant,
        List<String> recipients,
        Destination destination,
        Duration checkpointInterval,
        Duration discoveryInterval,
        int parallelism)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** How often new recipients are looked for where nothing else is said. */
    public static final Duration DEFAULT_DISCOVERY = Duration.ofSeconds(2);

    public DeliverConfig {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(destination, "destination is null");
        new Topics(tenant, 1); // refuses what cannot be a topic
        recipients.forEach(recipient -> Names.requireId("recipient", recipient));
        recipients = List.copyOf(new TreeSet<>(recipients));
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

    /** Everybody's views to files, with a checkpoint every second and one file at a time. */
    public static DeliverConfig of(ClientSettings kafka, String tenant, Path folder) {
        return of(kafka, tenant, Destination.Files.in(folder));
    }

    /** Everybody's views, with a checkpoint every second and one subtask. */
    public static DeliverConfig of(ClientSettings kafka, String tenant, Destination destination) {
        return new DeliverConfig(kafka, tenant, List.of(), destination, Duration.ofSeconds(1), DEFAULT_DISCOVERY, 1);
    }

    /** The same with another time between checkpoints. */
    public DeliverConfig withCheckpointInterval(Duration interval) {
        return new DeliverConfig(kafka, tenant, recipients, destination, interval, discoveryInterval, parallelism);
    }

    /** The same for these recipients alone. */
    public DeliverConfig withRecipients(List<String> names) {
        return new DeliverConfig(kafka, tenant, names, destination, checkpointInterval, discoveryInterval, parallelism);
    }

    /**
     * Where the job's checkpoints go. A checkpoint says how far its own destination and recipients are; a job with another
     * destination or other recipients that went on from it would leave out what came before. So each has a folder of its
     * own, and whoever changes them starts at the beginning of the topics.
     *
     * @param folder the room's folder
     */
    public Path checkpoints(Path folder) {
        String whose = recipients.isEmpty()
                ? ""
                : "/only-" + UUID.nameUUIDFromBytes(String.join(",", recipients).getBytes(StandardCharsets.UTF_8));
        if (destination instanceof Destination.Postgres postgres) {
            return folder.resolve("postgresql-" + postgres.database() + whose);
        }
        return whose.isEmpty() ? folder : folder.resolve("files" + whose);
    }

    String group() {
        return Grants.DELIVER_PREFIX + "." + tenant;
    }
}
