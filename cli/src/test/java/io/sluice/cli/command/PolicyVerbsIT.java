package io.sluice.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PkiFiles;
import io.sluice.cli.config.ConfigReader;
import io.sluice.cli.e2e.Rulebooks;
import io.sluice.cli.policy.RevisionFinder;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.quarantine.Quarantined;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.status.StatusBeat;
import io.sluice.policies.status.StatusSettings;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.serving.policy.KafkaPolicyFeed;
import io.sluice.serving.policy.KafkaStatusSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What officers do, by the command line alone, on a guarded broker: from keys to a revision in force, which a gateway's store
 * judges, and what they do with quarantine.
 */
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
        Invocation unread = desk.policy("activate", desk.path("r1.tar.gz"), "--key", desk.path("ada.key.pem"));
        assertThat(unread.code()).isEqualTo(1);
        assertThat(unread.err()).contains("opens a special category", "--acknowledge");
        Invocation activated = desk.done(
                "activate", desk.path("r1.tar.gz"), "--acknowledge", "--key", desk.path("ada.key.pem"), "-o", "json");
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
        whoHasItIsTold(desk, gateway);
        assertThat(entries("way")).singleElement().asString().contains("policy-activated", "\"actor\":\"ada\"");
        assertThat(topics()).contains("way.released.care", "way.released.research", "way.released.marketing");
    }

    /** Rooms tell it under their own grants; one that is not at it is found at once. */
    private static void whoHasItIsTold(OfficersDesk desk, PolicyStore store) throws IOException {
        assertThat(desk.done("status").out()).contains("No room has told anything");
        String topic = "way.policy.status";
        PolicyStore knowsNothing = PolicyStore.recordsOnly(root(desk), refused -> {});
        try (StatusBeat gateway = StatusBeat.start(
                        "gateway",
                        StatusSettings.DEFAULT,
                        Clock.systemUTC(),
                        store::standing,
                        now -> Optional.empty(),
                        () -> new KafkaStatusSink(broker.clientSettings(DevIdentity.GATEWAY), topic));
                StatusBeat reveal = StatusBeat.start(
                        "reveal",
                        StatusSettings.DEFAULT,
                        Clock.systemUTC(),
                        knowsNothing::standing,
                        now -> Optional.of("policy.bundles was not read to its end yet"),
                        () -> new KafkaStatusSink(broker.clientSettings(DevIdentity.REVEAL), topic))) {
            gateway.add(StatusBeat.PROCESS);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.policy("status").out().contains("All that run (1) have activation 1."));
            reveal.add(StatusBeat.PROCESS);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.policy("status", "--grace", "10m").out().contains("A switch is under way."));

            Invocation late = desk.policy("status", "--grace", "0s");
            assertThat(late.code()).isEqualTo(1);
            assertThat(late.out())
                    .contains(
                            "reveal/main has nothing in force; the other one is at 1.", "was not read to its end yet");
            assertThat(desk.policy("status", "--grace", "0s", "-o", "json").out())
                    .contains("\"lagging\":[\"reveal/main\"]", "\"room\":\"gateway\",\"instance\":\"main\"");
        }
        assertThat(desk.done("status").out()).contains("No room runs.");
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
        assertThat(desk.policy("rollback", "2", "--out", desk.path("r3.tar.gz")).err())
                .contains("Revision 2 is the newest");
        assertThat(desk.policy("rollback", "7", "--out", desk.path("r3.tar.gz")).err())
                .contains("Revision 7 was never in force");
        assertThat(desk.done("rollback", "1", "--author", desk.path("ada.key.pem"), "--out", desk.path("r3.tar.gz"))
                        .out())
                .contains("Revision 3 of tenant next", "Its content is that of revision 1.", "Opens nothing");
        assertThat(desk.done("history").out().lines().map(line -> line.replaceAll(".* ", "")))
                .containsExactly("state", "superseded", "in-force");
        assertThat(entries("next")).hasSize(2);
        RevisionFinder finder = new RevisionFinder(new ConfigReader().read(desk.folder.resolve("sluice.yaml")), null);
        assertThatThrownBy(() -> finder.cited("ab".repeat(32), "events.ingress/1/0/42"))
                .hasMessageContainingAll("ab".repeat(32), "events.ingress/1/0/42 cites", "audit verify --archive");
    }

    /** The end of {@code docs/officers.md}: with revision 1 in force, and the rulebook as the walk has left it. */
    @Test
    void theWalkGoesOnWithShadowAndCanary() throws Exception {
        OfficersDesk desk = deployment("walk", 1);
        activate(desk, "revision-1", List.of());
        Path rulebook = Rulebooks.copy(desk.folder.resolve("my-rulebook"));
        Rulebooks.edit(
                rulebook.resolve("protections/research-fhir.yaml"),
                "demographic.gender: keep",
                "demographic.gender: drop");

        assertThat(new Walk(desk.folder, desk::run).follow(Walk.Part.CLUSTER)).isGreaterThan(7);

        PolicyStore gateway = room(desk, DevIdentity.GATEWAY, "walk");
        assertThat(gateway.shadow(2)).isPresent();
        assertThat(gateway.canary(3)).isPresent();
        assertThat(gateway.newest().orElseThrow().bundle().revision()).isEqualTo(2);
    }

    @Test
    void whoApprovesIsSaidByTheRevisionInForce() throws IOException {
        OfficersDesk desk = deployment("succession", 1);
        Path rulebook = Rulebooks.copy(desk.folder.resolve("rulebook"));
        Files.writeString(
                rulebook.resolve("approvers.yaml"),
                "required: 1\nofficers:\n" + officer(desk, "linus", "privacy-officer") + officer(desk, "mary", "dpo"));
        activate(desk, "r1", List.of("--rulebook", rulebook.toString()));

        Invocation build = desk.policy("build", "--author", desk.path("ada.key.pem"), "--out", desk.path("r2.tar.gz"));
        assertThat(build.err()).contains("is the key of no officer: linus, mary");
        desk.done("build", "--author", desk.path("linus.key.pem"), "--out", desk.path("r2.tar.gz"));
        Invocation ada = desk.policy("approve", desk.path("r2.tar.gz"), "--key", desk.path("ada.key.pem"));
        assertThat(ada.code()).isEqualTo(1);
        assertThat(ada.err()).contains("no officer who may approve: linus, mary (revision 1 says so)");

        assertThat(desk.done("approve", desk.path("r2.tar.gz"), "--key", desk.path("linus.key.pem"))
                        .out())
                .contains("Written by linus", "Opens nothing of a special category that revision 1 keeps closed")
                .contains("its author, linus, cannot be the only one who approves it");
        assertThat(desk.policy("activate", desk.path("r2.tar.gz"), "--key", desk.path("linus.key.pem"))
                        .err())
                .contains("Revision 2 is not approved: its author, linus, cannot be the only one");
        desk.done("approve", desk.path("r2.tar.gz"), "--key", desk.path("mary.key.pem"));
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

    private static String officer(OfficersDesk desk, String id, String role) {
        String key = desk.done("keygen", "officer", "--out", desk.path(id))
                .out()
                .replaceAll("(?s).*key: \"([^\"]+)\".*", "$1");
        return "  - {id: " + id + ", name: Somebody, role: " + role + ", key: \"" + key + "\"}\n";
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
        desk.done("build", "--author", desk.path("ada.key.pem"), "--out", desk.path("r1.tar.gz"));
        desk.done("approve", desk.path("r1.tar.gz"), "--key", desk.path("grace.key.pem"));

        Invocation run =
                desk.policy("activate", desk.path("r1.tar.gz"), "--acknowledge", "--key", desk.path("ada.key.pem"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("nothing was activated", "drifted.released.care: partitions must be 2, is 5");
        assertThat(desk.policy("status").code()).isEqualTo(1);
        assertThat(entries("drifted")).isEmpty();
    }

    @Test
    void quarantineIsListedShownAndSentAgainAsItStands() throws Exception {
        OfficersDesk desk = deployment("fault", 1);
        activate(desk, "r1", List.of());
        quarantine("fault", 5, ReasonCode.TOPIC_MISSING, OpenRecipients.of(List.of("research")), "orders");
        quarantine("fault", 7, ReasonCode.KEY_UNAVAILABLE, OpenRecipients.ALL, "orders");
        quarantine("fault", 8, ReasonCode.TOPIC_MISSING, OpenRecipients.of(List.of("care")), "fhir-patient");
        write(DevIdentity.PROTECT, new ProducerRecord<>("fault.events.quarantine", "by hand".getBytes(UTF_8)));

        Invocation all = desk.run("quarantine", "list");
        assertThat(all.code()).as(all.err()).isZero();
        assertThat(all.out())
                .contains("events.ingress/1/0/5", "topic-missing", "research", "3 of 3", "open: 1 key-unavailable")
                .doesNotContain("sealed-bytes");
        assertThat(all.err()).contains("1 records have not the form");
        assertThat(lines(desk, "list", "--dataset", "orders", "--reason", "topic-missing", "-o", "json"))
                .singleElement()
                .asString()
                .contains(
                        "\"id\":\"events.ingress/1/0/5\"",
                        "\"recipients\":[\"research\"]",
                        "\"state\":\"open\"",
                        "\"activation\":1,\"revision\":1",
                        "\"sealedBytes\":12");
        assertThat(desk.run("quarantine", "show", "events.ingress/1/0/7").out())
                .contains("open for     all recipients", "key store", "may be anybody's words", "12 bytes, sealed")
                .doesNotContain("sealed-bytes");
        assertThat(desk.run("quarantine", "show", "events.ingress/1/0/6").err())
                .contains("does not stand in quarantine");

        assertThat(desk.run("quarantine", "requeue", "events.ingress/1/0/5", "--why", "4711")
                        .err())
                .contains("1 records would be requeued; --yes");
        assertThat(read("fault.events.requeue")).isEmpty();
        Invocation one = desk.run("quarantine", "requeue", "events.ingress/1/0/5", "--why", "4711", "--yes");
        assertThat(one.out()).as(one.err()).contains("Requeued 1 record under revision 1 (activation 1)");
        Invocation again = desk.run("quarantine", "requeue", "events.ingress/1/0/5", "--why", "4711", "--yes");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("was requeued already", "Nothing was requeued");
        assertThat(lines(desk, "list", "-o", "json")).hasSize(2);
        assertThat(lines(desk, "list", "--requeued", "-o", "json")).hasSize(3);
        assertThat(lines(desk, "requeue", "--all", "--reason", "topic-missing", "--why", "rest", "--yes", "-o", "json"))
                .containsExactly("{\"requeued\":1,\"activation\":1,\"revision\":1}");
        assertThat(lines(desk, "requeue", "--all", "--reason", "topic-missing", "--why", "rest", "--yes"))
                .containsExactly("Nothing that matches is open.");

        List<ConsumerRecord<byte[], byte[]>> sent = read("fault.events.requeue");
        assertThat(sent).hasSize(2);
        for (ConsumerRecord<byte[], byte[]> record : sent) {
            assertThat(record.key()).isEqualTo("key".getBytes(UTF_8));
            assertThat(record.value()).isEqualTo("sealed-bytes".getBytes(UTF_8));
            assertThat(record.headers().lastHeader("sluice-activation").value()).isEqualTo("1".getBytes(UTF_8));
            assertThat(record.headers().toArray()).hasSize(10);
        }
        List<String> acts = entries("fault");
        assertThat(acts).filteredOn(act -> act.contains("\"quarantine-read\"")).hasSize(6);
        assertThat(acts)
                .filteredOn(act -> act.contains("\"quarantine-requeued\""))
                .hasSize(2)
                .first()
                .asString()
                .contains("\"records\":[\"events.ingress/1/0/5\"]", "\"why\":\"4711\"", "CN=officer");
    }

    private static List<String> lines(OfficersDesk desk, String... arguments) {
        Invocation run = desk.run("quarantine", arguments);
        assertThat(run.code()).as(run.err()).isZero();
        return run.out().lines().toList();
    }

    /** As the protect job writes it; its ticket is a word, which only the job tells from a good one. */
    private static void quarantine(String tenant, long offset, ReasonCode reason, OpenRecipients open, String dataset)
            throws Exception {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                tenant + ".events.quarantine", "key".getBytes(UTF_8), "sealed-bytes".getBytes(UTF_8));
        new Quarantined(
                        new IngressPosition(1, 0, offset),
                        0,
                        reason,
                        open,
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        "t1_x")
                .toHeaders()
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        Map.of("ce_dataset", dataset, "ce_activation", "1", "sluice-seal", "s")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        write(DevIdentity.PROTECT, record);
    }

    private static void write(DevIdentity identity, ProducerRecord<byte[], byte[]> record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.clientSettings(identity), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get(20, TimeUnit.SECONDS);
        }
    }

    private static void activate(OfficersDesk desk, String name, List<String> build) {
        String bundle = desk.path(name + ".tar.gz");
        String approvals = desk.path(name + ".json");
        desk.done(
                Stream.concat(Stream.of("build", "--out", bundle, "--author", desk.path("ada.key.pem")), build.stream())
                        .toArray(String[]::new));
        desk.done("approve", bundle, "--approvals", approvals, "--key", desk.path("grace.key.pem"));
        desk.done("activate", bundle, "--acknowledge", "--approvals", approvals, "--key", desk.path("ada.key.pem"));
    }

    /** What a room makes of the topic, with its own identity and the pinned trust root. */
    private static PolicyStore room(OfficersDesk desk, DevIdentity identity, String tenant) throws IOException {
        PolicyStore store = PolicyStore.inProcess(root(desk), 1);
        try (KafkaPolicyFeed feed = new KafkaPolicyFeed(consumer(identity), tenant + ".policy.bundles")) {
            assertThat(store.readToEnd(feed, Duration.ofSeconds(30))).isTrue();
        }
        return store;
    }

    private static TrustRoot root(OfficersDesk desk) throws IOException {
        return TrustRoot.of(Files.readAllBytes(desk.folder.resolve("trust-root.json")));
    }

    private static List<String> entries(String tenant) {
        return read(tenant + ".audit.entries").stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = consumer(DevIdentity.ADMIN)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
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
