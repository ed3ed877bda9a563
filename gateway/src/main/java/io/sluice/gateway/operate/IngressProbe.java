package io.sluice.gateway.operate;

import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.TopicSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every few seconds, under the gateway's own grants, whether {@code events.ingress} can be reached and is as planned.
 * What it looks at are the settings that an acknowledgement rests on; retention is the administrator's affair
 * ({@code sluice cluster check}). One thread; thread-safe for the others.
 */
public final class IngressProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IngressProbe.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int LIMIT_MS = 2_000;
    private static final Set<String> RESTS_ON = Set.of(
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);

    private final Map<String, Object> settings;
    private final TopicSpec planned;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile String unreachable = "not asked yet";
    private volatile String deviation;

    /** Starts to ask. @param planned the topic as it must be */
    public IngressProbe(Map<String, Object> settings, TopicSpec planned) {
        this.settings = new HashMap<>(settings);
        this.settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "sluice-gateway-probe");
        this.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MS);
        this.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MS);
        this.settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        this.planned = new TopicSpec(
                planned.name(),
                planned.partitions(),
                planned.replicationFactor(),
                planned.settings().entrySet().stream()
                        .filter(setting -> RESTS_ON.contains(setting.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        this.deviation = planned.name() + " was not looked at yet";
        this.thread = new Thread(this::run, "sluice-ingress-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is wrong; empty where nothing is. */
    public Optional<String> finding() {
        return unreachable.isEmpty() ? deviation() : Optional.of(unreachable);
    }

    /**
     * Why the topic must not be written to: it is not as planned, or was never seen. Empty once it was seen as planned, also
     * while Kafka cannot be asked since.
     */
    public Optional<String> deviation() {
        return deviation.isEmpty() ? Optional.empty() : Optional.of(deviation);
    }

    private void run() {
        try (Admin admin = Admin.create(settings)) {
            do {
                ask(admin);
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            unreachable = "the probe was stopped";
        } catch (KafkaException e) {
            unreachable = "the Kafka client cannot be made; check bootstrap servers, keystore and trust ("
                    + e.getClass().getSimpleName() + ")";
        }
    }

    private void ask(Admin admin) throws InterruptedException {
        try {
            found(look(admin));
            unreachable = "";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException) {
                found(planned.name() + " does not exist");
                unreachable = "";
            } else if (cause instanceof AuthorizationException) {
                found(planned.name() + " is not granted to this gateway's certificate (WRITE, DESCRIBE_CONFIGS)");
                unreachable = "";
            } else {
                unreachable = "Kafka cannot be reached (" + cause.getClass().getSimpleName() + ")";
            }
        }
    }

    /** Keeps what was seen, and says it once. */
    private void found(String seen) {
        if (!seen.isEmpty() && !seen.equals(deviation)) {
            LOG.error("nothing is accepted: {}", seen);
        }
        deviation = seen;
    }

    private String look(Admin admin) throws InterruptedException, ExecutionException {
        TopicDescription topic = Objects.requireNonNull(
                admin.describeTopics(List.of(planned.name()))
                        .allTopicNames()
                        .get()
                        .get(planned.name()),
                "a topic that was asked for is described");
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, planned.name());
        Map<String, String> actual = new TreeMap<>();
        admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .values()
                .forEach(config ->
                        config.entries().forEach(entry -> actual.put(entry.name(), String.valueOf(entry.value()))));
        int replicas = topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return planned.compare(topic.partitions().size(), replicas, actual).stream()
                .map(Finding::toString)
                .collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
