package io.sluice.kafkadev;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.PkiFiles;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker in this JVM for development, demonstrations and tests: KRaft, one node, loopback only.
 *
 * <p>Guarantees: no listener takes a connection without TLS 1.3 and a client certificate of the development PKI that
 * belongs to a room; a principal without a grant may do nothing; {@code broker} and {@code admin} are super users; a
 * start on the same folder, also after the process was killed, resumes with the same cluster id, port and records.
 *
 * <p>Does not check revocation lists (Kafka has no setting for them), and has one replica of everything. Kafka itself
 * ends the JVM when its data folder becomes unusable while it runs.
 *
 * <p>Starting blocks until clients can be served. Thread-safe. Fails with {@link DevBrokerException}.
 */
public final class DevBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DevBroker.class);

    private final PkiFiles pki;
    private final BrokerFolder folder;
    private final BrokerFolder.Identity identity;
    private final KafkaServer server;
    private boolean closed; // guarded by this

    private DevBroker(PkiFiles pki, BrokerFolder folder, BrokerFolder.Identity identity, KafkaServer server) {
        this.pki = pki;
        this.folder = folder;
        this.identity = identity;
        this.server = server;
    }

    /** Starts a broker and returns when it serves. */
    public static DevBroker start(DevBrokerConfig config) {
        BrokerFolder folder = BrokerFolder.open(config.folder());
        try {
            BrokerFolder.Identity identity = folder.identity(config.port());
            requireFree(identity.port());
            Properties settings =
                    BrokerSettings.of(folder.data(), config.pki(), identity.port(), controllerPort(identity));
            Path settingsFile = folder.writeSettings(settings);
            if (!folder.formatted()) {
                KafkaServer.format(identity.clusterId(), settingsFile);
            }
            KafkaServer server = KafkaServer.start(settings);
            LOG.info("development broker started port={} clusterId={}", identity.port(), identity.clusterId());
            return new DevBroker(config.pki(), folder, identity, server);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Returns where clients connect: {@code 127.0.0.1:<port>}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + identity.port();
    }

    /** Returns the id that the cluster keeps for life. */
    public String clusterId() {
        return identity.clusterId();
    }

    /** Returns the settings of a client with that identity; a new map that the caller may add to. */
    public Map<String, Object> clientSettings(DevIdentity client) {
        return ClientSettings.of(bootstrapServers(), pki.identity(client), pki.trust());
    }

    /** Stops the broker; its data stays. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                server.close();
            } finally {
                folder.close();
            }
        }
    }

    private static int controllerPort(BrokerFolder.Identity identity) {
        int port = Ports.pick();
        return port == identity.port() ? Ports.pick() : port;
    }

    private static void requireFree(int port) {
        if (!Ports.isFree(port)) {
            throw new DevBrokerException(
                    DevBrokerException.Code.PORT_BUSY,
                    "port " + port + " on " + Ports.HOST + " is in use; free it or set " + DevBrokerConfig.PORT_SETTING
                            + " to another port");
        }
    }
}
