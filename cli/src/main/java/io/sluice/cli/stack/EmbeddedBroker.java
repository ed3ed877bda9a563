package io.sluice.cli.stack;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.Finding;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/** The broker of an embedded stack, with the topics and grants of the deployment. Thread-safe. */
final class EmbeddedBroker implements AutoCloseable {
    private final DevBrokerConfig config;
    private final ClusterLayout layout;
    private final Admin admin;
    private DevBroker broker; // guarded by this

    private EmbeddedBroker(DevBrokerConfig config, ClusterLayout layout, DevBroker broker) {
        this.config = config;
        this.layout = layout;
        this.broker = broker;
        this.admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN));
    }

    /** Starts it, makes what is missing and checks all of it. */
    static EmbeddedBroker start(StackFolder folder, PkiFiles pki, int port, ClusterLayout layout) {
        DevBrokerConfig config = new DevBrokerConfig(folder.kafka(), pki, port);
        EmbeddedBroker broker = new EmbeddedBroker(config, layout, DevBroker.start(config));
        try {
            requireNone(new TopicProvisioner(broker.admin).provision(layout, List.of()));
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    private static void requireNone(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new CommandFailure("The topics differ from what Sluice needs:\n  "
                    + String.join(
                            "\n  ", findings.stream().map(Finding::toString).toList()));
        }
    }

    ClusterLayout layout() {
        return layout;
    }

    /** A client with the rights of the administrator; stays the broker's. */
    Admin admin() {
        return admin;
    }

    /** Settings of a client with that identity; a fresh map. */
    synchronized Map<String, Object> clientSettings(DevIdentity client) {
        return broker.clientSettings(client);
    }

    /** How many records stand in {@code events.ingress}: it is written without transactions, so offsets count. */
    long ingressRecords() {
        String topic = layout.topics().ingress();
        try {
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            TopicDescription ingress = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic),
                    "a topic that was asked for is described");
            ingress.partitions().forEach(p -> ends.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(info -> info.offset())
                    .sum();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while counting records", e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The records of " + topic + " cannot be counted", e.getCause());
        }
    }

    /** An outage: the broker is gone, its clients stay. */
    synchronized void stop() {
        broker.close();
    }

    /** Ends an outage: the same broker on its port and folder. */
    synchronized void startAgain() {
        broker = DevBroker.start(config);
    }

    @Override
    public synchronized void close() {
        admin.close();
        broker.close();
    }
}
