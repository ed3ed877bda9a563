package io.sluice.gateway;

import io.sluice.gateway.admit.PolicySource;
import io.sluice.gateway.operate.IngressProbe;
import io.sluice.gateway.policy.StampedPolicy;
import io.sluice.gateway.publish.KafkaClients;
import io.sluice.policies.evaluate.PolicyFeed;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.status.StatusBeat;
import io.sluice.serving.policy.KafkaPolicyFeed;
import io.sluice.serving.policy.KafkaStatusSink;
import io.sluice.serving.policy.PolicyReader;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway has of Kafka.
 *
 * @param policies the policy in force, as it is read
 * @param producers clients that publish
 * @param drains clients that drain the spool
 * @param probe whether the topic can be reached
 * @param deviation how the topic differs from the plan, or is not known yet; empty where it is as planned
 * @param entries clients that read what became of events; null where that is not learned
 * @param statusUnwritten records of {@code policy.status} that could not be written
 */
record Outside(
        PolicySource policies,
        Supplier<Producer<byte[], byte[]>> producers,
        Supplier<Producer<byte[], byte[]>> drains,
        IngressProbe probe,
        Supplier<Optional<String>> deviation,
        @Nullable Supplier<Consumer<byte[], byte[]>> entries,
        DoubleSupplier statusUnwritten)
        implements AutoCloseable {

    /** The cluster of the settings. @param store where its policy goes */
    static Outside kafka(GatewayConfig config, PolicyStore store, Clock clock) {
        Map<String, Object> kafka = config.kafka().settings();
        Supplier<PolicyFeed> feeds = () -> new KafkaPolicyFeed(
                KafkaClients.consumers(kafka).get(), config.topics().bundles());
        PolicyReader reader =
                new PolicyReader(feeds, store, clock, config.kafka().maxPolicyStaleness());
        StatusBeat beat = StatusBeat.start(
                "gateway",
                config.kafka().status(),
                clock,
                reader::standing,
                reader::finding,
                () -> new KafkaStatusSink(kafka, config.topics().status()));
        beat.add(StatusBeat.PROCESS);
        IngressProbe probe = new IngressProbe(kafka, config.layout().ingress());
        return new Outside(
                new StampedPolicy(reader, beat),
                KafkaClients.producers(kafka, config.kafka().limits()),
                KafkaClients.drains(kafka, config.kafka().limits()),
                probe,
                probe::deviation,
                KafkaClients.entries(kafka),
                beat::unwritten);
    }

    /** Clients of somebody's own, whose topic is taken to be as planned, and no entries. */
    static Outside of(GatewayConfig config, PolicySource policies, Supplier<Producer<byte[], byte[]>> producers) {
        IngressProbe probe =
                new IngressProbe(config.kafka().settings(), config.layout().ingress());
        return new Outside(policies, producers, producers, probe, Optional::empty, null, () -> 0);
    }

    @Override
    public void close() {
        policies.close();
        probe.close();
    }
}
