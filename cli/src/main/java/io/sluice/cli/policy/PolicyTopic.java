package io.sluice.cli.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.cli.CommandFailure;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.serving.policy.KafkaPolicyFeed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@code policy.bundles} as an officer. */
public final class PolicyTopic {
    /** Longest reading: a topic of thousands of revisions. */
    private static final Duration READ_LIMIT = Duration.ofMinutes(2);

    private PolicyTopic() {}

    /**
     * Everything that stands in the topic, judged as the rooms judge it.
     *
     * @param onRefused told of what is not accepted
     * @throws CommandFailure where the topic cannot be read to its end
     */
    public static PolicyStore read(OfficerKafka kafka, TrustRoot root, Consumer<BundleRefusedException> onRefused) {
        String topic = kafka.layout().topics().bundles();
        PolicyStore store = PolicyStore.recordsOnly(root, onRefused);
        try (PolicyFeed feed = new KafkaPolicyFeed(
                new KafkaConsumer<>(kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                topic)) {
            if (!store.readToEnd(feed, READ_LIMIT)) {
                throw new CommandFailure(topic + " at " + kafka.brokers() + " could not be read to its end within "
                        + READ_LIMIT.toSeconds() + " s");
            }
            return store;
        } catch (KafkaException e) {
            throw new CommandFailure(topic + " at " + kafka.brokers() + " cannot be read", e);
        }
    }

    /**
     * When the record of an activation was written, by whoever wrote it; the earliest, where several stand.
     *
     * @throws CommandFailure where none stands, or the topic cannot be read to its end
     */
    public static Instant written(OfficerKafka kafka, long number) {
        String topic = kafka.layout().topics().bundles();
        byte[] key = PolicyKeys.activation(number).getBytes(UTF_8);
        List<Instant> times = new ArrayList<>();
        var unused = TopicScan.read(kafka, topic, null, null, record -> {
            if (Arrays.equals(key, record.key())) {
                times.add(Instant.ofEpochMilli(record.timestamp()));
            }
        });
        return times.stream()
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new CommandFailure(topic + " holds no activation " + number));
    }
}
