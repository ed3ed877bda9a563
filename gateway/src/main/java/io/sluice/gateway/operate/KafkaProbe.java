package io.sluice.gateway.operate;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks every few seconds whether the ingress topic can be reached. One thread; thread-safe for the others. */
public final class KafkaProbe implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int LIMIT_MS = 2_000;

    private final Map<String, Object> settings;
    private final String topic;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile String finding = "not asked yet";

    /** Starts to ask. */
    public KafkaProbe(Map<String, Object> settings, String topic) {
        this.settings = new HashMap<>(settings);
        this.settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "sluice-gateway-probe");
        this.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MS);
        this.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MS);
        this.settings.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        this.topic = topic;
        this.thread = new Thread(this::run, "sluice-kafka-probe");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is wrong; empty where nothing is. */
    public Optional<String> finding() {
        return finding.isEmpty() ? Optional.empty() : Optional.of(finding);
    }

    private void run() {
        try (Admin admin = Admin.create(settings)) {
            do {
                finding = ask(admin);
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            finding = "the probe was stopped";
        } catch (KafkaException e) {
            finding = "the Kafka client cannot be made; check kafka.settings ("
                    + e.getClass().getSimpleName() + ")";
        }
    }

    private String ask(Admin admin) throws InterruptedException {
        try {
            admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(LIMIT_MS))
                    .allTopicNames()
                    .get();
            return "";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause instanceof UnknownTopicOrPartitionException
                    ? "topic " + topic + " does not exist"
                    : "Kafka cannot be reached (" + cause.getClass().getSimpleName() + ")";
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
