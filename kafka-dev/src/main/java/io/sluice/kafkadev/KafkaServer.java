package io.sluice.kafkadev;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** The one class that touches Kafka's internal API (4.2.1): formats a data folder, starts and stops a node. */
final class KafkaServer implements AutoCloseable {
    private final KafkaRaftServer server;

    private KafkaServer(KafkaRaftServer server) {
        this.server = server;
    }

    /** Safe to repeat: a crash in the middle leaves a folder that the next attempt completes. */
    static void format(String clusterId, Path settings) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int exit;
        try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            exit = StorageTool.execute(
                    new String[] {
                        "format", "--ignore-formatted", "--cluster-id", clusterId, "--config", settings.toString()
                    },
                    out);
        } catch (RuntimeException e) {
            throw failed(
                    "Kafka cannot format its folder: "
                            + said.toString(StandardCharsets.UTF_8).strip(),
                    e);
        }
        if (exit != 0) {
            throw new DevBrokerException(
                    DevBrokerException.Code.START,
                    "Kafka cannot format its folder: "
                            + said.toString(StandardCharsets.UTF_8).strip());
        }
    }

    static KafkaServer start(Properties settings) {
        KafkaRaftServer server;
        try {
            server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        } catch (RuntimeException e) {
            throw failed("the development broker cannot be set up", e);
        }
        try {
            server.startup();
            return new KafkaServer(server);
        } catch (RuntimeException e) {
            DevBrokerException failure = failed("the development broker cannot start", e);
            try {
                server.shutdown();
            } catch (RuntimeException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static DevBrokerException failed(String what, RuntimeException cause) {
        return new DevBrokerException(DevBrokerException.Code.START, what + ": " + cause.getMessage(), cause);
    }
}
