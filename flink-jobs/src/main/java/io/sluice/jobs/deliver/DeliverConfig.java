package io.sluice.jobs.deliver;

import static java.util.Objects.requireNonNull;

import io.sluice.core.cluster.Grants;
import io.sluice.core.encoding.Names;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * How a deliver job runs.
 *
 * @param kafka the room's client settings
 * @param tenant the deployment's tenant
 * @param recipients whose views are delivered
 * @param folder below it each recipient has a folder of its own
 * @param checkpointInterval how often files are finished
 * @param parallelism files written at once per recipient
 */
public record DeliverConfig(
        ClientSettings kafka,
        String tenant,
        List<String> recipients,
        String folder,
        Duration checkpointInterval,
        int parallelism)
        implements Serializable {
    private static final long serialVersionUID = 1;

    /** Most recipients of one job: each is a source and a sink of its own. */
    public static final int MAX_RECIPIENTS = 100;

    public DeliverConfig {
        requireNonNull(kafka, "kafka is null");
        requireNonNull(folder, "folder is null");
        new Topics(tenant, 1); // refuses what cannot be a topic
        recipients = new ArrayList<>(new TreeSet<>(recipients)); // sorted, once each, serializable
        recipients.forEach(recipient -> Names.requireId("recipient", recipient));
        if (recipients.isEmpty() || recipients.size() > MAX_RECIPIENTS) {
            throw new IllegalArgumentException("recipients must name 1 to " + MAX_RECIPIENTS);
        }
        if (checkpointInterval.toMillis() < 10) {
            throw new IllegalArgumentException("checkpointInterval is at least 10 ms");
        }
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism is at least 1");
        }
    }

    /** With a checkpoint every second and one file at a time. */
    public static DeliverConfig of(ClientSettings kafka, String tenant, List<String> recipients, Path folder) {
        return new DeliverConfig(kafka, tenant, recipients, folder.toString(), Duration.ofSeconds(1), 1);
    }

    /** The folder of a recipient's files. */
    public Path folderOf(String recipient) {
        return Path.of(folder).resolve(Names.requireId("recipient", recipient));
    }

    String topicOf(String recipient) {
        return new Topics(tenant, 1).released(recipient);
    }

    String groupOf(String recipient) {
        return Grants.DELIVER_PREFIX + "." + tenant + "." + recipient;
    }
}
