package io.sluice.kafkadev;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Kafka's settings of the development broker: one node that is broker and controller, no listener without TLS and a
 * client certificate, nothing allowed without a grant, and small enough for a laptop with two cores.
 */
final class BrokerSettings {
    private static final String NODE = "1";
    private static final String HOUR_MS = "3600000";

    private BrokerSettings() {}

    static Properties of(Path data, PkiFiles pki, int port, int controllerPort) {
        Properties settings = new Properties();
        listeners(settings, port, controllerPort);
        settings.setProperty("log.dirs", data.toString());
        tls(settings, pki);
        authorisation(settings);
        durability(settings);
        session(settings);
        footprint(settings);
        return settings;
    }

    /** The voter's address is set and not stored in the metadata log, so the controller's port may differ each start. */
    private static void listeners(Properties settings, int port, int controllerPort) {
        settings.setProperty("process.roles", "broker,controller");
        settings.setProperty("node.id", NODE);
        settings.setProperty("controller.quorum.voters", NODE + "@" + Ports.HOST + ":" + controllerPort);
        settings.setProperty(
                "listeners",
                "CLIENT://" + Ports.HOST + ":" + port + ",CONTROLLER://" + Ports.HOST + ":" + controllerPort);
        settings.setProperty("listener.security.protocol.map", "CLIENT:SSL,CONTROLLER:SSL");
        settings.setProperty("inter.broker.listener.name", "CLIENT");
        settings.setProperty("controller.listener.names", "CONTROLLER");
    }

    private static void tls(Properties settings, PkiFiles pki) {
        settings.setProperty("ssl.client.auth", "required");
        settings.setProperty("ssl.enabled.protocols", "TLSv1.3");
        settings.setProperty("ssl.protocol", "TLSv1.3");
        settings.setProperty("ssl.keystore.type", "PEM");
        settings.setProperty(
                "ssl.keystore.location",
                pki.identity(DevIdentity.BROKER).keystore().toString());
        settings.setProperty("ssl.truststore.type", "PEM");
        settings.setProperty("ssl.truststore.location", pki.trust().toString());
        settings.setProperty("ssl.principal.mapping.rules", DevIdentity.KAFKA_PRINCIPAL_RULES);
    }

    private static void authorisation(Properties settings) {
        settings.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.setProperty(
                "super.users", "User:" + DevIdentity.BROKER.commonName() + ";User:" + DevIdentity.ADMIN.commonName());
        settings.setProperty("allow.everyone.if.no.acl.found", "false");
        settings.setProperty("auto.create.topics.enable", "false");
    }

    /** One node: every internal topic has one replica. Flink's transactions may last as long as its longest restart. */
    private static void durability(Properties settings) {
        settings.setProperty("offsets.topic.replication.factor", "1");
        settings.setProperty("transaction.state.log.replication.factor", "1");
        settings.setProperty("transaction.state.log.min.isr", "1");
        settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
        settings.setProperty("share.coordinator.state.topic.min.isr", "1");
        settings.setProperty("min.insync.replicas", "1");
        settings.setProperty("transaction.max.timeout.ms", HOUR_MS);
    }

    /** A killed broker's next start must wait for the end of its former session; a stalled JVM should not lose its own. */
    private static void session(Properties settings) {
        settings.setProperty("broker.heartbeat.interval.ms", "1000");
        settings.setProperty("broker.session.timeout.ms", "4000");
    }

    private static void footprint(Properties settings) {
        settings.setProperty("num.network.threads", "1");
        settings.setProperty("num.io.threads", "2");
        settings.setProperty("background.threads", "2");
        settings.setProperty("num.recovery.threads.per.data.dir", "2");
        settings.setProperty("group.coordinator.threads", "1");
        settings.setProperty("share.coordinator.threads", "1");
        settings.setProperty("offsets.topic.num.partitions", "2");
        settings.setProperty("transaction.state.log.num.partitions", "2");
        settings.setProperty("share.coordinator.state.topic.num.partitions", "1");
        settings.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        settings.setProperty("group.initial.rebalance.delay.ms", "0");
    }
}
