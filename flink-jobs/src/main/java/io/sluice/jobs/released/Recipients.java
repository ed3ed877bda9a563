package io.sluice.jobs.released;

import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.KafkaUnavailableException;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Which recipients have a topic that this client may read. */
public final class Recipients {
    private static final int TIMEOUT_MS = 20_000;

    private Recipients() {}

    /**
     * Their ids, sorted.
     *
     * @param only of whom to tell; empty for everybody
     * @throws KafkaUnavailableException where Kafka does not answer within 20 s
     */
    public static List<String> withTopic(ClientSettings kafka, String tenant, Collection<String> only) {
        Properties properties = kafka.toProperties();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        Pattern released = ReleasedTopics.pattern(tenant, only);
        try (Admin admin = Admin.create(properties)) {
            return admin.listTopics().names().get().stream()
                    .filter(topic -> released.matcher(topic).matches())
                    .map(topic -> ReleasedTopics.recipient(tenant, topic))
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            throw new KafkaUnavailableException("Asking for the recipients' topics", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnavailableException("Interrupted while asking Kafka", e);
        }
    }
}
