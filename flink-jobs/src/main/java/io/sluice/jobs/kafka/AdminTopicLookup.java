package io.sluice.jobs.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Topics as Kafka's admin API tells them. Thread-safe. */
public final class AdminTopicLookup implements TopicLookup {
    private final Admin admin;

    /**
     * Opens a client of its own, to be closed.
     *
     * @param timeout the longest that one question may take
     */
    public AdminTopicLookup(ClientSettings settings, Duration timeout) {
        Properties properties = settings.toProperties();
        int timeoutMs = Math.toIntExact(timeout.toMillis());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(timeoutMs, 10_000));
        this.admin = Admin.create(properties);
    }

    @Override
    public Map<String, TopicFacts> find(Set<String> topics) {
        Map<String, KafkaFuture<TopicDescription>> described = admin.describeTopics(
                        topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues();
        Map<String, TopicFacts> facts = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : described.entrySet()) {
            TopicDescription description = orNull(answer.getValue(), answer.getKey());
            Config config = description == null ? null : config(answer.getKey());
            if (description != null && config != null) {
                Set<AclOperation> granted = description.authorizedOperations();
                int maxBytes = Integer.parseInt(
                        config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
                facts.put(
                        answer.getKey(),
                        new TopicFacts(
                                description.partitions().size(),
                                maxBytes,
                                granted == null || granted.contains(AclOperation.WRITE)));
            }
        }
        return facts;
    }

    /** A topic's setting, empty text where the topic does not exist. */
    public String topicSetting(String topic, String name) {
        Config config = config(topic);
        return config == null ? "" : config.get(name).value();
    }

    private @Nullable Config config(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return orNull(admin.describeConfigs(List.of(resource)).values().get(resource), topic);
    }

    private static <T> @Nullable T orNull(@Nullable KafkaFuture<T> answer, String topic) {
        try {
            return answer == null ? null : answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof TopicAuthorizationException) {
                return null; // what may not be seen cannot be written either
            }
            throw new KafkaUnavailableException("Asking for topic " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static KafkaUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KafkaUnavailableException("Interrupted while asking Kafka", e);
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
