package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.serving.policy.KafkaPolicyFeed;
import java.time.Duration;
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
}
