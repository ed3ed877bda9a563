package io.sluice.audit.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.Verification;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.event.Topics;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker with TLS and grants: transactions, aborts, restarts, heartbeats, policies. */
class AuditAppenderIT {
    private static final Topics TOPICS = new Topics("dev", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SigningKey key = EntryFixture.newKey();

    @TempDir
    Path folder;

    @Test
    void buildsTheLogFromCommittedEntriesOnly() throws Exception {
        try (DevBroker broker = DevBroker.start(DevBrokerConfig.of(
                folder.resolve("kafka"), DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC())))) {
            provision(broker);
            byte[] plan = "{\"fields\":[],\"version\":1}".getBytes(StandardCharsets.UTF_8);
            try (KafkaProducer<byte[], byte[]> protect = producer(broker)) {
                protect.initTransactions();
                write(protect, true, EntryFixture.records(0, 0, 200), plan);
                write(protect, false, EntryFixture.records(0, 5_000, 50), plan);
                try (AuditAppender appender = start(broker, Duration.ofHours(1))) {
                    awaitSize(appender, 200);
                    write(protect, true, EntryFixture.records(0, 200, 100), plan);
                    awaitSize(appender, 300);
                }
                write(protect, true, EntryFixture.records(0, 300, 7), plan);
            }
            try (AuditAppender appender = start(broker, Duration.ofSeconds(1))) {
                awaitSize(appender, 311); // two heartbeats, and that two builders started
                await().atMost(PATIENCE)
                        .until(() -> Files.exists(log().resolve("plans/" + Sha256.hex(plan) + ".json")));
            }
        }
        Verification verification =
                LogVerifier.verify(log(), VerifierConfig.defaults().withKey(key.verifier()));
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.positions()).isEqualTo(Map.of("events.ingress/1/0", 307L));
        assertThat(verification.passed()).isTrue();
        LogReader reader = new LogReader(FileLogStore.source(log()));
        List<String> acts = new ArrayList<>();
        for (long place = 0; place < verification.size(); place++) {
            String code = EntryForm.read(reader.entry(place, verification.size()))
                    .json()
                    .path("code")
                    .asText("");
            if (!code.isEmpty()) {
                acts.add(code);
            }
        }
        assertThat(acts.get(0)).isEqualTo("builder-started");
        assertThat(acts).filteredOn("builder-started"::equals).hasSize(2);
        assertThat(acts).filteredOn("heartbeat"::equals).hasSizeGreaterThanOrEqualTo(2);
    }

    private void awaitSize(AuditAppender appender, long size) {
        await().atMost(PATIENCE).until(() -> appender.status().size() >= size);
    }

    private AuditAppender start(DevBroker broker, Duration heartbeat) {
        AuditAppenderConfig config = AuditAppenderConfig.defaults(TOPICS, 0, log())
                .withCheckpointInterval(Duration.ofMillis(100))
                .withHeartbeatInterval(heartbeat);
        return AuditAppender.start(
                config, new AuditLogConfig(log(), key), broker.clientSettings(DevIdentity.AUDIT), Clock.systemUTC());
    }

    private Path log() {
        return folder.resolve("audit");
    }

    private static void provision(DevBroker broker) {
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            ClusterLayout layout = new ClusterLayout(TOPICS, ClusterSizing.DEVELOPMENT);
            TopicProvisioner provisioner = new TopicProvisioner(admin);
            // Grants take a moment to reach the broker that answers.
            await().atMost(PATIENCE)
                    .until(() -> provisioner.provision(layout, List.of()).isEmpty());
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(DevBroker broker) {
        Map<String, Object> settings = broker.clientSettings(DevIdentity.PROTECT);
        settings.put("transactional.id", "sluice-protect-test");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, boolean commit, List<byte[]> entries, byte[] plan)
            throws Exception {
        producer.beginTransaction();
        byte[] planKey = Sha256.hex(plan).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(TOPICS.plans(), planKey, plan)).get(20, TimeUnit.SECONDS);
        for (byte[] entry : entries) {
            var unused = producer.send(new ProducerRecord<>(TOPICS.audit(), 0, null, entry));
        }
        producer.flush();
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }
}
