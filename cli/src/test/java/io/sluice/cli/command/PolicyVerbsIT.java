package io.sluice.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.e2e.Rulebooks;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.event.Topics;
import io.sluice.gateway.policy.KafkaPolicyFeed;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From keys to a revision in force, by the command line alone, on a guarded broker; a gateway's store judges the result. */
class PolicyVerbsIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PkiFiles pki;

    @SuppressWarnings("NullAway.Init")
    private static DevBroker broker;

    @BeforeAll
    static void start() {
        pki = DevPki.openOrCreate(folder.resolve("certs"), Clock.systemUTC());
        broker = DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), pki));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    /** A deployment of its own for each test: a tenant with its topics, and an officers' desk. */
    private static OfficersDesk deployment(String tenant, int required) throws IOException {
        ClusterLayout layout = new ClusterLayout(new Topics(tenant, 1), ClusterSizing.DEVELOPMENT);
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            new TopicProvisioner(admin).provision(layout, List.of());
        }
        String settings = """
                tenant: %s
                certs: %s
                kafka: {bootstrap: "%s", trust: %s}
                cluster: {ingressPartitions: 2, releasedPartitions: 2, replicationFactor: 1, minInsyncReplicas: 1, releasedBytes: 256MiB}
                policy: {keystore: %s, bundleKey: signer.key.pem, trustRoot: trust-root.json}""".formatted(
                        tenant,
                        pki.folder(),
                        broker.bootstrapServers(),
                        pki.trust(),
                        pki.identity(DevIdentity.OFFICER).keystore());
        return OfficersDesk.set(Files.createDirectory(folder.resolve(tenant)), settings, required);
    }

    @Test
    void anOfficersWholeWay() throws IOException {
        OfficersDesk desk = deployment("way", 2);
        assertThat(desk.policy("status").code()).isEqualTo(1);
        assertThat(desk.policy("status").out()).contains("No revision is in force");

        assertThat(desk.done("build", "--out", desk.path("r1.tar.gz")).out()).contains("Revision 1 of tenant way");
        desk.done("approve", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"));
        Invocation tooFew = desk.policy("activate", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"));
        assertThat(tooFew.code()).isEqualTo(1);
        assertThat(tooFew.err()).contains("has 1 of 2 approvals");
        assertThat(desk.policy("history").out()).contains("Nothing was ever activated");

        desk.done("approve", desk.path("r1.tar.gz"), "--key", desk.path("grace.key.pem"));
        Invocation activated =
                desk.done("activate", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"), "-o", "json");
        assertThat(activated.out()).contains("\"activation\":1", "\"revision\":1");

        assertThat(desk.done("status", "-o", "json").out())
                .contains("\"inForce\":{\"activation\":1,\"revision\":1", "\"approvedBy\":[\"ada\",\"grace\"]");
        PolicyStore gateway = room(desk, DevIdentity.GATEWAY, "way");
        assertThat(gateway.newest().orElseThrow().bundle().revision()).isEqualTo(1);
        assertThat(gateway.newest()
                        .orElseThrow()
                        .admit(new AdmissionInput("webshop", "orders", null, null))
                        .allow())
                .isTrue();
        assertThat(entries("way")).singleElement().asString().contains("policy-activated", "\"actor\":\"ada\"");
        assertThat(topics()).contains("way.released.care", "way.released.research", "way.released.marketing");
    }

    @Test
    void theNextRevisionIsNumberedAndAnOlderOneIsRefused() throws IOException {
        OfficersDesk desk = deployment("next", 1);
        activate(desk, "r1", List.of());
        activate(desk, "r2", List.of());

        Invocation older = desk.policy(
                "activate",
                desk.path("r1.tar.gz"),
                "--approvals",
                desk.path("r1.json"),
                "--key",
                desk.path("ada.key.pem"));

        assertThat(older.code()).isEqualTo(1);
        assertThat(older.err()).contains("Revision 1 is not newer than revision 2");
        assertThat(desk.done("history").out().lines().map(line -> line.replaceAll(".* ", "")))
                .containsExactly("state", "superseded", "in-force");
        assertThat(entries("next")).hasSize(2);
    }

    @Test
    void whoApprovesIsSaidByTheRevisionInForce() throws IOException {
        OfficersDesk desk = deployment("succession", 1);
        Path rulebook = Rulebooks.copy(desk.folder.resolve("rulebook"));
        String key = desk.done("keygen", "officer", "--out", desk.path("linus"))
                .out()
                .replaceAll("(?s).*key: \"([^\"]+)\".*", "$1");
        Files.writeString(
                rulebook.resolve("approvers.yaml"),
                "required: 1\nofficers:\n  - {id: linus, name: Linus, role: privacy-officer, key: \"" + key + "\"}\n");
        activate(desk, "r1", List.of("--rulebook", rulebook.toString()));

        desk.done("build", "--out", desk.path("r2.tar.gz"));
        Invocation ada = desk.policy("approve", desk.path("r2.tar.gz"), "--key", desk.path("ada.key.pem"));
        assertThat(ada.code()).isEqualTo(1);
        assertThat(ada.err()).contains("no officer who may approve: linus (revision 1 says so)");

        desk.done("approve", desk.path("r2.tar.gz"), "--key", desk.path("linus.key.pem"));
        assertThat(desk.policy("activate", desk.path("r2.tar.gz"), "--key", desk.path("ada.key.pem"))
                        .err())
                .contains("no officer of the revision in force: linus");
        desk.done("activate", desk.path("r2.tar.gz"), "--key", desk.path("linus.key.pem"));
        assertThat(room(desk, DevIdentity.PROTECT, "succession")
                        .newest()
                        .orElseThrow()
                        .number())
                .isEqualTo(2);
    }

    @Test
    void aTopicThatIsNotAsItMustBeKeepsTheRevisionOut() throws Exception {
        OfficersDesk desk = deployment("drifted", 1);
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            admin.createTopics(
                            List.of(new org.apache.kafka.clients.admin.NewTopic("drifted.released.care", 5, (short) 1)))
                    .all()
                    .get();
        }
        desk.done("build", "--out", desk.path("r1.tar.gz"));
        desk.done("approve", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"));

        Invocation run = desk.policy("activate", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("nothing was activated", "drifted.released.care: partitions must be 2, is 5");
        assertThat(desk.policy("status").code()).isEqualTo(1);
        assertThat(entries("drifted")).isEmpty();
    }

    private static void activate(OfficersDesk desk, String name, List<String> build) {
        String bundle = desk.path(name + ".tar.gz");
        String approvals = desk.path(name + ".json");
        desk.done(Stream.concat(Stream.of("build", "--out", bundle), build.stream())
                .toArray(String[]::new));
        desk.done("approve", bundle, "--approvals", approvals, "--key", desk.path("ada.key.pem"));
        desk.done("activate", bundle, "--approvals", approvals, "--key", desk.path("ada.key.pem"));
    }

    /** What a room makes of the topic, with its own identity and the pinned trust root. */
    private static PolicyStore room(OfficersDesk desk, DevIdentity identity, String tenant) throws IOException {
        PolicyStore store =
                PolicyStore.inProcess(TrustRoot.of(Files.readAllBytes(desk.folder.resolve("trust-root.json"))), 1);
        try (KafkaPolicyFeed feed = new KafkaPolicyFeed(consumer(identity), tenant + ".policy.bundles")) {
            assertThat(store.readToEnd(feed, Duration.ofSeconds(30))).isTrue();
        }
        return store;
    }

    private static List<String> entries(String tenant) {
        TopicPartition audit = new TopicPartition(tenant + ".audit.entries", 0);
        List<String> entries = new ArrayList<>();
        try (var consumer = consumer(DevIdentity.AUDIT)) {
            consumer.assign(List.of(audit));
            consumer.seekToBeginning(List.of(audit));
            long end = consumer.endOffsets(List.of(audit)).getOrDefault(audit, 0L);
            while (consumer.position(audit) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> entries.add(new String(record.value(), UTF_8)));
            }
        }
        return entries;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(DevIdentity identity) {
        Map<String, Object> settings = broker.clientSettings(identity);
        settings.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<String> topics() {
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            return List.copyOf(admin.listTopics().names().get());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
