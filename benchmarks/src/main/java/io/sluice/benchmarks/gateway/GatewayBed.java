package io.sluice.benchmarks.gateway;

import io.sluice.benchmarks.protect.BenchRulebook;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.client.ClientIdentity;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.event.Topics;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayConfig;
import io.sluice.gateway.KafkaConfig;
import io.sluice.gateway.publish.KafkaClients;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.seal.SealKeys;
import io.sluice.serving.operate.ManagementConfig;
import io.sluice.serving.tls.ServerTls;
import io.sluice.serving.tls.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A development broker, the gateway before it with the shipped rulebook, and two bare servers: all with one PKI. */
final class GatewayBed implements AutoCloseable {
    private static final String TENANT = "bench";
    private static final long READY_MS = 120_000;

    private final PkiFiles pki;
    private final DevBroker broker;
    private final Gateway gateway;
    private final BareServer bareEvents;
    private final BareServer bareBodies;

    private GatewayBed(PkiFiles pki, DevBroker broker, Gateway gateway, BareServer bareEvents, BareServer bareBodies) {
        this.pki = pki;
        this.broker = broker;
        this.gateway = gateway;
        this.bareEvents = bareEvents;
        this.bareBodies = bareBodies;
    }

    /** @param folder an empty folder that stays the caller's @param shipped the shipped rulebook */
    static GatewayBed start(Path folder, Path shipped) throws InterruptedException {
        Clock clock = Clock.systemUTC();
        ClusterLayout layout = new ClusterLayout(new Topics(TENANT, 1), ClusterSizing.DEVELOPMENT);
        BenchRulebook rulebook = BenchRulebook.build(
                withoutQuotas(shipped, folder.resolve("shipped")), folder.resolve("rulebook"), TENANT, clock.instant());
        Path keys = folder.resolve("keys");
        SealKeys sealKeys = SealKeys.openOrCreate(keys, keys.resolve("password"), TENANT);
        PkiFiles pki = DevPki.openOrCreate(folder.resolve("certs"), clock);
        DevBroker broker = DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), pki));
        provision(broker, layout, rulebook);
        TlsConfig tls = new TlsConfig(
                pki.identity(DevIdentity.GATEWAY).chain(),
                pki.identity(DevIdentity.GATEWAY).key(),
                pki.trust(),
                List.of(pki.crls()),
                TlsConfig.DEFAULT_RELOAD);
        DataPortConfig port = DataPortConfig.of("127.0.0.1", 0, tls);
        Map<String, Object> kafka = broker.clientSettings(DevIdentity.GATEWAY);
        GatewayConfig config =
                GatewayConfig.of(layout, port, new ManagementConfig("127.0.0.1", 0), KafkaConfig.of(kafka));
        Gateway gateway =
                Gateway.start(config, sealKeys, PolicyStore.inProcess(rulebook.root(), port.workers()), clock);
        GatewayBed bed =
                new GatewayBed(pki, broker, gateway, bare(port, kafka, layout, true), bare(port, kafka, layout, false));
        bed.awaitReady();
        return bed;
    }

    private static BareServer bare(
            DataPortConfig port, Map<String, Object> kafka, ClusterLayout layout, boolean splits) {
        Producer<byte[], byte[]> producer =
                KafkaClients.producers(kafka, PublishLimits.DEFAULT).get();
        awaitTopic(producer, layout.topics().ingress());
        ServerTls tls = new ServerTls(port.tls(), Clock.systemUTC());
        return new BareServer(port.eventLoops(), tls, producer, layout.topics().ingress(), splits);
    }

    /** As the gateway does: a send waits half a second for it, and on a busy machine the first one would fail. */
    private static void awaitTopic(Producer<byte[], byte[]> producer, String topic) {
        long until = System.currentTimeMillis() + READY_MS;
        while (true) {
            try {
                var ignored = producer.partitionsFor(topic); // the client keeps it
                return;
            } catch (TimeoutException e) {
                if (System.currentTimeMillis() > until) {
                    throw new CommandFailure("The bare server's Kafka client does not find " + topic, e);
                }
            }
        }
    }

    private static void provision(DevBroker broker, ClusterLayout layout, BenchRulebook rulebook) {
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            new TopicProvisioner(admin).provision(layout, List.of());
        }
        Map<String, Object> officer = broker.clientSettings(DevIdentity.OFFICER);
        officer.put("max.request.size", ClusterLayout.BUNDLES_MAX_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(officer, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (PolicyRecord record : rulebook.records()) {
                producer.send(new ProducerRecord<>(
                                layout.topics().bundles(),
                                record.key().getBytes(StandardCharsets.UTF_8),
                                record.value()))
                        .get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while publishing the rulebook", e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The rulebook cannot be published", e.getCause());
        }
    }

    /** What is measured is the gateway, not what a producer may send. */
    private static Path withoutQuotas(Path shipped, Path folder) {
        try (Stream<Path> paths = Files.walk(shipped)) {
            for (Path path : paths.toList()) {
                Path copy = folder.resolve(shipped.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else if (shipped.relativize(path).startsWith("producers")) {
                    Files.writeString(copy, Files.readString(path).replaceAll("(?m)^quota:.*\\R?", ""));
                } else {
                    Files.copy(path, copy);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("The rulebook " + shipped + " cannot be copied", e);
        }
    }

    private void awaitReady() throws InterruptedException {
        long until = System.currentTimeMillis() + READY_MS;
        while (!gateway.readiness().ready()) {
            if (System.currentTimeMillis() > until) {
                throw new CommandFailure("The gateway does not become ready: "
                        + gateway.readiness().findings());
            }
            Thread.sleep(50);
        }
    }

    SSLContext tls(DevIdentity producer) {
        var identity = pki.identity(producer);
        return new ClientIdentity(identity.chain(), identity.key(), pki.trust()).tls();
    }

    int gatewayPort() {
        return gateway.dataPort();
    }

    /** Each line a record. */
    int bareEventsPort() {
        return bareEvents.port();
    }

    /** Each body a record. */
    int bareBodiesPort() {
        return bareBodies.port();
    }

    @Override
    public void close() {
        gateway.close();
        bareEvents.close();
        bareBodies.close();
        broker.close();
    }
}
