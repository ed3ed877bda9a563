package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Grants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an officer reaches Kafka: TLS with the officer's certificate, and no wait longer than {@link #WAIT}. The settings
 * hold paths, no keys. Immutable.
 *
 * @param settings of every client
 * @param layout the deployment's topics
 */
public record OfficerKafka(Map<String, Object> settings, ClusterLayout layout) {
    /** Longest wait for an answer of the brokers. */
    public static final Duration WAIT = Duration.ofSeconds(20);

    public OfficerKafka {
        settings = Map.copyOf(settings);
    }

    /** As {@code sluice.yaml} says. @throws CommandFailure where a file of the officer's identity is missing */
    public static OfficerKafka of(SluiceConfig config) {
        require("policy.keystore", config.policy().keystore());
        require("kafka.trust", config.kafka().trust());
        return new OfficerKafka(config.kafka().client(config.policy().keystore()), config.layout());
    }

    /** Where the brokers are, for messages. */
    public String brokers() {
        return String.valueOf(settings.get("bootstrap.servers"));
    }

    /** Of a reader without a group, of what is committed. */
    public Map<String, Object> consumer() {
        Map<String, Object> consumer = new LinkedHashMap<>(settings);
        consumer.put("isolation.level", "read_committed");
        consumer.put("enable.auto.commit", false);
        consumer.put("auto.offset.reset", "earliest");
        consumer.put("max.partition.fetch.bytes", ClusterLayout.BUNDLES_MAX_BYTES);
        consumer.put("default.api.timeout.ms", millis());
        return consumer;
    }

    /** One transaction: what an activation writes is there as a whole, or not at all. */
    Map<String, Object> producer() {
        return transactions(Grants.OFFICER_PREFIX + "-" + layout.topics().tenant());
    }

    /** The same for another turn than the activation's, which it does not end. */
    public Map<String, Object> producer(String turn) {
        // A tenant's id holds no dot, so no other tenant's turn has this name.
        return transactions(Grants.OFFICER_PREFIX + "-" + layout.topics().tenant() + "." + turn);
    }

    /** For a single entry, outside of any turn. */
    public Map<String, Object> entryProducer() {
        Map<String, Object> producer = writer();
        producer.put("enable.idempotence", true);
        return producer;
    }

    private Map<String, Object> transactions(String id) {
        Map<String, Object> producer = writer();
        producer.put("transactional.id", id);
        return producer;
    }

    private Map<String, Object> writer() {
        Map<String, Object> producer = new LinkedHashMap<>(settings);
        producer.put("acks", "all");
        producer.put("max.request.size", ClusterLayout.BUNDLES_MAX_BYTES);
        producer.put("max.block.ms", millis());
        producer.put("request.timeout.ms", millis() / 2);
        producer.put("delivery.timeout.ms", millis());
        producer.put("linger.ms", 0);
        return producer;
    }

    Map<String, Object> admin() {
        Map<String, Object> admin = new LinkedHashMap<>(settings);
        admin.put("default.api.timeout.ms", millis());
        admin.put("request.timeout.ms", millis() / 2);
        return admin;
    }

    private static int millis() {
        return Math.toIntExact(WAIT.toMillis());
    }

    private static void require(String setting, Path file) {
        if (!Files.isReadable(file)) {
            throw new CommandFailure("The setting " + setting + " names " + file
                    + ", which cannot be read; \"./sluice certs dev\" makes development certificates");
        }
    }
}
