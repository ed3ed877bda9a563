package io.sluice.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.Grant;
import io.sluice.core.cluster.Room;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Envelope;
import io.sluice.core.event.Topics;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each room may do on a provisioned cluster, and what a check says about a changed one. */
class ProvisioningIT {
    /** The grants as the rooms use them; other tests' tenants may be damaged, this one may not. */
    private static final ClusterLayout SOUND = layout("sound");

    private static final List<TopicSpec> RELEASED =
            List.of(SOUND.released("payer", Envelope.Time.KEEP), SOUND.released("research", Envelope.Time.YEAR));

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static DevBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static Admin admin;

    @SuppressWarnings("NullAway.Init")
    private static TopicProvisioner provisioner;

    @BeforeAll
    static void start() {
        broker = DevBroker.start(DevBrokerConfig.of(
                folder.resolve("kafka"), DevPki.openOrCreate(folder.resolve("pki"), Clock.systemUTC())));
        admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN));
        provisioner = new TopicProvisioner(admin);
        assertThat(provisioner.provision(SOUND, RELEASED)).isEmpty();
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void provisioningAgainMakesNothing() {
        assertThat(provisioner.createMissingTopics(SOUND.fixedTopics())).isEmpty();
        assertThat(provisioner.createMissingGrants(SOUND)).isZero();
    }

    @Test
    void theGatewayWritesIngressButCannotReadIt() throws Exception {
        String ingress = SOUND.topics().ingress();

        Clients.produce(broker, DevIdentity.GATEWAY, ingress, "sealed");

        assertThatThrownBy(() -> Clients.read(broker, DevIdentity.GATEWAY, ingress, 1))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void theProtectJobCannotWriteIngress() {
        assertThatThrownBy(() -> Clients.produce(
                        broker, DevIdentity.PROTECT, SOUND.topics().ingress(), "forged"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void theProtectJobReleasesAndEntersInOneTransaction() throws Exception {
        String released = SOUND.topics().released("payer");

        release(released);

        assertThat(Clients.read(broker, DevIdentity.DELIVER, released, 1)).containsExactly("view");
        assertThat(Clients.read(broker, DevIdentity.AUDIT, SOUND.topics().audit(), 1))
                .containsExactly("entry");
    }

    @Test
    void nobodyTakesThePlaceOfTheProtectJobsTransactions() {
        for (DevIdentity client : List.of(DevIdentity.GATEWAY, DevIdentity.AUDIT)) {
            try (var producer = transactional(client, "sluice-protect-0")) {
                assertThatThrownBy(producer::initTransactions)
                        .isInstanceOf(TransactionalIdAuthorizationException.class);
            }
        }
        try (var producer = transactional(DevIdentity.PROTECT, "another-job-0")) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
    }

    @Test
    void consumersJoinTheirOwnRoomsGroupsOnly() throws Exception {
        String released = SOUND.topics().released("research");
        Clients.produce(broker, DevIdentity.ADMIN, released, "view");

        assertThatCode(() -> join(DevIdentity.DELIVER, "sluice-deliver-files", released))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> join(DevIdentity.DELIVER, "sluice-protect-main", released))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void officersMakeRecipientsTopicsAndNoOthers() {
        try (Admin officer = Admin.create(broker.clientSettings(DevIdentity.OFFICER))) {
            TopicProvisioner officers = new TopicProvisioner(officer);
            TopicSpec mailhouse = SOUND.released("mailhouse", Envelope.Time.DAY);

            assertThat(officers.createMissingTopics(List.of(mailhouse))).containsExactly(mailhouse.name());
            assertThat(officers.checkTopics(List.of(mailhouse))).isEmpty();

            TopicSpec ingress2 = layout("sound", 2).fixedTopics().get(0);
            assertThatThrownBy(() -> officers.createMissingTopics(List.of(ingress2)))
                    .isInstanceOf(ClusterException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    /** The broker itself says what each principal may do with each topic; nothing may be there that the table lacks. */
    @ParameterizedTest
    @EnumSource(Room.class)
    void eachRoomMayDoWhatTheTableSaysAndNoMore(Room room) throws Exception {
        for (TopicSpec topic : allTopics()) {
            assertThat(authorized(room, topic.name()))
                    .as("%s on %s", room, topic.name())
                    .isEqualTo(expected(room, topic.name()));
        }
    }

    @Test
    void ingressHoldsLargeSealedRecordsUpToItsLimitAndIsStampedByTheBroker() throws Exception {
        ClusterLayout large = layout("large");
        provisioner.provision(large, List.of());
        String ingress = large.topics().ingress();
        Map<String, Object> settings = broker.clientSettings(DevIdentity.GATEWAY);
        settings.put("max.request.size", 4 << 20);
        Instant before = Instant.now();

        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long aYearAgo = before.minus(Duration.ofDays(365)).toEpochMilli();
            producer.send(new ProducerRecord<>(ingress, 0, aYearAgo, null, new byte[1_500 << 10]))
                    .get(20, TimeUnit.SECONDS);
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(ingress, new byte[1_537 << 10]))
                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RecordTooLargeException.class);
        }

        ConsumerRecord<byte[], byte[]> record = join(DevIdentity.PROTECT, "sluice-protect-large", ingress);
        assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(Instant.ofEpochMilli(record.timestamp())).isAfter(before.minusSeconds(1));
    }

    @Test
    void everyDeviationOfATopicIsReported() throws Exception {
        ClusterLayout drifted = layout("drifted");
        provisioner.provision(drifted, List.of());
        setSetting(drifted.topics().ingress(), "cleanup.policy", "compact");
        setSetting(drifted.topics().ingress(), "message.timestamp.type", "CreateTime");
        admin.createPartitions(Map.of(drifted.topics().audit(), NewPartitions.increaseTo(3)))
                .all()
                .get(20, TimeUnit.SECONDS);
        admin.deleteTopics(List.of(drifted.topics().keys())).all().get(20, TimeUnit.SECONDS);

        eventually(() -> assertThat(
                        provisioner.checkTopics(drifted.fixedTopics()).stream().map(Finding::toString))
                .containsExactlyInAnyOrder(
                        "drifted.events.ingress: setting must be cleanup.policy=delete, is compact",
                        "drifted.events.ingress: setting must be message.timestamp.type=LogAppendTime, is CreateTime",
                        "drifted.audit.entries: partitions must be 1, is 3",
                        "drifted.keys.control: topic missing must be present, is absent"));
    }

    @Test
    void grantsThatAreMissingOrTooWideAreReported() throws Exception {
        ClusterLayout loose = layout("loose");
        provisioner.provision(loose, List.of());
        AclBinding needed = allow("User:gateway", "loose.events.ingress", PatternType.LITERAL, AclOperation.WRITE);
        admin.deleteAcls(List.of(needed.toFilter())).all().get(20, TimeUnit.SECONDS);
        admin.createAcls(List.of(
                        allow("User:mallory", "loose.", PatternType.PREFIXED, AclOperation.READ),
                        allow("User:mallory", "loose.released.payer", PatternType.LITERAL, AclOperation.WRITE),
                        allow("User:payer", "loose.released.payer", PatternType.LITERAL, AclOperation.READ)))
                .all()
                .get(20, TimeUnit.SECONDS);

        eventually(() -> assertThat(provisioner.checkGrants(loose).stream()
                        .map(Finding::toString)
                        .filter(line -> line.contains("loose.")))
                .containsExactlyInAnyOrder(
                        "ALLOW User:gateway WRITE TOPIC loose.events.ingress: grant missing must be granted, is absent",
                        "ALLOW User:mallory READ TOPIC loose.*: grant not in the table must be absent, is granted",
                        "ALLOW User:mallory WRITE TOPIC loose.released.payer: grant not in the table must be absent,"
                                + " is granted"));
    }

    /** The controller answers a change before every broker has learnt of it. */
    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
    }

    private static ClusterLayout layout(String tenant) {
        return layout(tenant, 1);
    }

    private static ClusterLayout layout(String tenant, int generation) {
        return new ClusterLayout(new Topics(tenant, generation), ClusterSizing.DEVELOPMENT);
    }

    private static List<TopicSpec> allTopics() {
        return Stream.concat(SOUND.fixedTopics().stream(), RELEASED.stream()).toList();
    }

    /** Writing and reading imply describing; an operation that nobody grants is not in the set. */
    private static Set<AclOperation> expected(Room room, String topic) {
        Set<AclOperation> operations = SOUND.grants().stream()
                .filter(grant -> grant.room() == room && grant.kind() == Grant.Kind.TOPIC)
                .filter(grant -> grant.prefixed() ? topic.startsWith(grant.name()) : topic.equals(grant.name()))
                .flatMap(grant -> grant.operations().stream())
                .map(operation -> AclOperation.valueOf(operation.name()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(AclOperation.class)));
        if (operations.contains(AclOperation.READ) || operations.contains(AclOperation.WRITE)) {
            operations.add(AclOperation.DESCRIBE);
        }
        if (operations.contains(AclOperation.ALTER_CONFIGS)) {
            operations.add(AclOperation.DESCRIBE_CONFIGS);
        }
        operations.remove(AclOperation.CREATE);
        return operations;
    }

    private static Set<AclOperation> authorized(Room room, String topic) throws Exception {
        DevIdentity identity = DevIdentity.valueOf(room.name());
        assertThat(room.principal()).isEqualTo("User:" + identity.name().toLowerCase(Locale.ROOT));
        try (Admin client = Admin.create(broker.clientSettings(identity))) {
            if (!client.listTopics().names().get(20, TimeUnit.SECONDS).contains(topic)) {
                return Set.of();
            }
            Set<AclOperation> operations = EnumSet.noneOf(AclOperation.class);
            client.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get(20, TimeUnit.SECONDS)
                    .values()
                    .forEach(description -> operations.addAll(description.authorizedOperations()));
            operations.remove(AclOperation.CREATE);
            return operations;
        }
    }

    /** A view and its entry, in one transaction of the protect job. */
    private static void release(String topic) throws Exception {
        try (var producer = transactional(DevIdentity.PROTECT, "sluice-protect-" + topic)) {
            producer.initTransactions();
            producer.beginTransaction();
            Future<?> view = producer.send(new ProducerRecord<>(topic, 0, null, "view".getBytes(UTF_8)));
            Future<?> entry =
                    producer.send(new ProducerRecord<>(SOUND.topics().audit(), 0, null, "entry".getBytes(UTF_8)));
            producer.commitTransaction();
            view.get(20, TimeUnit.SECONDS);
            entry.get(20, TimeUnit.SECONDS);
        }
    }

    /** Returns the first record that comes to a member of that group, its offset committed. */
    private static ConsumerRecord<byte[], byte[]> join(DevIdentity client, String group, String topic)
            throws Exception {
        Map<String, Object> settings = broker.clientSettings(client);
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (System.nanoTime() < until) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    consumer.commitSync();
                    return record;
                }
            }
        }
        throw new AssertionError("nothing came from " + topic);
    }

    private static KafkaProducer<byte[], byte[]> transactional(DevIdentity client, String transactionalId) {
        Map<String, Object> settings = broker.clientSettings(client);
        settings.put("transactional.id", transactionalId);
        settings.put("transaction.timeout.ms", (int) Duration.ofHours(1).toMillis());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void setSetting(String topic, String name, String value) throws Exception {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all()
                .get(20, TimeUnit.SECONDS);
    }

    private static AclBinding allow(String principal, String topic, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, pattern),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }
}
