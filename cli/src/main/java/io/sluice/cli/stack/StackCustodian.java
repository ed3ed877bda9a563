package io.sluice.cli.stack;

import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.event.Topics;
import io.sluice.custodian.ControlTopic;
import io.sluice.custodian.Custodian;
import io.sluice.custodian.CustodianConfig;
import io.sluice.custodian.CustodianStatus;
import io.sluice.custodian.erase.Eraser;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealKeys;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The custodian of an embedded stack. Leases are short, so that an erasure is complete while somebody watches. */
final class StackCustodian implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(15);
    static final Duration CLOCK_SKEW = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(5);

    private final ControlTopic topic;
    private final Custodian custodian;
    private final Eraser eraser;

    private StackCustodian(ControlTopic topic, Custodian custodian, Eraser eraser) {
        this.topic = topic;
        this.custodian = custodian;
        this.eraser = eraser;
    }

    /** Starts it; the tree is made beside what else starts. */
    static StackCustodian start(
            StackFolder folder, Keystore fields, SealKeys seal, Map<String, Object> kafka, ClusterLayout layout) {
        CustodianKey key = CustodianKey.readOrCreate(folder.custodianKey(), folder.custodianPublicKey());
        Topics topics = layout.topics();
        ControlTopic topic = new ControlTopic(kafka, topics.keys(), KAFKA_LIMIT);
        Custodian custodian = Custodian.start(
                new CustodianConfig(topics.tenant(), topics.keys(), folder.tree(), 1, LEASE, CLOCK_SKEW, HEARTBEAT),
                fields,
                key,
                topic,
                Clock.systemUTC());
        Duration retention =
                layout.sizing().ingressRetention().plus(layout.sizing().quarantineRetention());
        return new StackCustodian(
                topic,
                custodian,
                Eraser.start(
                        new Eraser.Config(kafka, topics, retention, KAFKA_LIMIT),
                        custodian,
                        key,
                        seal,
                        topic,
                        Clock.systemUTC()));
    }

    /** Whether the rooms get leases from it. */
    boolean announces() {
        return custodian.status().state() == CustodianStatus.State.RUNNING;
    }

    @Override
    public void close() {
        try {
            eraser.close();
            custodian.close();
        } finally {
            topic.close();
        }
    }
}
