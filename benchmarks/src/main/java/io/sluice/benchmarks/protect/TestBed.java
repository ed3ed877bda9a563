package io.sluice.benchmarks.protect;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.cli.CommandFailure;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.Grants;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Envelope;
import io.sluice.core.event.Topics;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.protect.ProtectConfig;
import io.sluice.jobs.protect.ProtectKeys;
import io.sluice.jobs.protect.ProtectKeys.KeyFolder;
import io.sluice.jobs.protect.ProtectPolicy;
import io.sluice.jobs.protect.ProtectRun;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.seal.SealKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What both jobs run on: the development broker (TLS, client certificates, grants), keys, topics and the rulebook in force.
 * Nothing else runs on it: no gateway, no audit room.
 */
final class TestBed implements AutoCloseable {
    private static final String TENANT = "bench";

    private final Path folder;
    private final Topics topics = new Topics(TENANT, 1);
    private final AtomicInteger runs = new AtomicInteger();
    private final BenchRulebook rulebook;
    private final SealKeys sealKeys;
    private final DevBroker broker;
    private final Admin admin;

    private TestBed(Path folder, BenchRulebook rulebook, SealKeys sealKeys, DevBroker broker, Admin admin) {
        this.folder = folder;
        this.rulebook = rulebook;
        this.sealKeys = sealKeys;
        this.broker = broker;
        this.admin = admin;
    }

    /**
     * Starts it and puts the rulebook in force.
     *
     * @param folder an empty folder that stays the caller's
     * @param shipped the shipped rulebook
     */
    static TestBed start(Path folder, Path shipped) {
        Clock clock = Clock.systemUTC();
        BenchRulebook rulebook = BenchRulebook.build(shipped, folder.resolve("rulebook"), TENANT, clock.instant());
        Path ingress = folder.resolve("keys/ingress");
        Path fields = folder.resolve("keys/fields");
        SealKeys sealKeys = SealKeys.openOrCreate(ingress, ingress.resolve("password"), TENANT);
        Keystore.openOrCreate(fields, fields.resolve("password"), TENANT);
        DevBroker broker = DevBroker.start(
                DevBrokerConfig.of(folder.resolve("kafka"), DevPki.openOrCreate(folder.resolve("certs"), clock)));
        Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN));
        TestBed bed = new TestBed(folder, rulebook, sealKeys, broker, admin);
        try {
            bed.provision();
            return bed;
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void provision() {
        ClusterLayout layout = new ClusterLayout(topics, ClusterSizing.DEVELOPMENT);
        List<TopicSpec> released = List.of(
                layout.released("billing", Envelope.Time.DAY),
                layout.released("care", Envelope.Time.KEEP),
                layout.released("research", Envelope.Time.YEAR));
        List<Finding> findings = new TopicProvisioner(admin).provision(layout, released);
        if (!findings.isEmpty()) {
            throw new CommandFailure("The topics differ from what Sluice needs: " + findings);
        }
        try {
            Files.write(folder.resolve("trust-root.json"), rulebook.root().toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("The trust root cannot be written", e);
        }
        Map<String, Object> officer = settings(DevIdentity.OFFICER);
        officer.put("max.request.size", ClusterLayout.BUNDLES_MAX_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(officer, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (PolicyRecord record : rulebook.records()) {
                producer.send(new ProducerRecord<>(
                                topics.bundles(), record.key().getBytes(StandardCharsets.UTF_8), record.value()))
                        .get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted while publishing the rulebook", e);
        } catch (ExecutionException e) {
            throw new CommandFailure("The rulebook cannot be published", e.getCause());
        }
    }

    /** A name for a run that no other has: one that goes on from another's checkpoint would have nothing to do. */
    String newRun(String job) {
        return job + "-" + runs.incrementAndGet();
    }

    /** How a job runs on it. @param run names the run; its transactions and group are its own */
    ProtectConfig config(String run, int parallelism) {
        return ProtectConfig.of(
                        ClientSettings.of(settings(DevIdentity.PROTECT)),
                        TENANT,
                        ProtectKeys.of(keys("ingress"), keys("fields")),
                        ProtectPolicy.of(folder.resolve("trust-root.json")))
                .withGeneration(topics.generation())
                .withRun(ProtectRun.of(TENANT)
                        .withTransactionalIdPrefix(Grants.PROTECT_PREFIX + "." + TENANT + "." + run)
                        .withParallelism(parallelism));
    }

    private KeyFolder keys(String name) {
        Path keys = folder.resolve("keys").resolve(name);
        return KeyFolder.of(keys, keys.resolve("password"));
    }

    Path folder() {
        return folder;
    }

    Topics topics() {
        return topics;
    }

    BenchRulebook rulebook() {
        return rulebook;
    }

    SealKeys sealKeys() {
        return sealKeys;
    }

    Admin admin() {
        return admin;
    }

    /** Kafka client settings of a room; a fresh map. */
    Map<String, Object> settings(DevIdentity room) {
        return broker.clientSettings(room);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
