package io.sluice.cli.stack;

import io.sluice.custodian.ControlTopic;
import io.sluice.custodian.Custodian;
import io.sluice.custodian.CustodianConfig;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.Keystore;
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

    private StackCustodian(ControlTopic topic, Custodian custodian) {
        this.topic = topic;
        this.custodian = custodian;
    }

    /** Starts it; the tree is made beside what else starts. */
    static StackCustodian start(
            StackFolder folder, Keystore fields, Map<String, Object> kafka, String tenant, String controlTopic) {
        CustodianKey key = CustodianKey.readOrCreate(folder.custodianKey(), folder.custodianPublicKey());
        ControlTopic topic = new ControlTopic(kafka, controlTopic, KAFKA_LIMIT);
        return new StackCustodian(
                topic,
                Custodian.start(
                        new CustodianConfig(tenant, controlTopic, folder.tree(), 1, LEASE, CLOCK_SKEW, HEARTBEAT),
                        fields,
                        key,
                        topic,
                        Clock.systemUTC()));
    }

    @Override
    public void close() {
        try {
            custodian.close();
        } finally {
            topic.close();
        }
    }
}
