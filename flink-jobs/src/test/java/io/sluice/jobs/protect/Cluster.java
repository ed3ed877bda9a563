package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.certs.DevIdentity;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.cluster.ClusterLayout;
import io.sluice.core.cluster.ClusterSizing;
import io.sluice.core.cluster.TopicSpec;
import io.sluice.core.decision.Envelope;
import io.sluice.core.event.Headers;
import io.sluice.jobs.Checkpoints;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.engine.EngineConfig;
import io.sluice.policies.status.StatusSettings;
import io.sluice.protection.seal.Header;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.NullUnmarked;

/** A real broker with TLS and grants, keys and a mini cluster, for one test. */
@NullUnmarked // what is null here fails the test
final class Cluster implements AutoCloseable {
    private static final ClusterLayout LAYOUT = new ClusterLayout(World.TOPICS, ClusterSizing.DEVELOPMENT);

    static {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(300)); // each look reads whole topics
    }

    final Path folder;
    final World world;
    final DevBroker broker;
    final Admin admin;
    final ShippedPolicy shipped = new ShippedPolicy();
    /** What the next job asks. */
    EngineConfig engine = EngineConfig.WASM;

    private final KafkaProducer<byte[], byte[]> gateway;
    private final KafkaProducer<byte[], byte[]> officer;
    /** One for all readings: the tests look again and again, and a handshake costs more than what is read. */
    private final KafkaConsumer<byte[], byte[]> reader;

    Cluster(Path folder) throws Exception {
        this(folder, TestPolicy.RECIPIENTS);
    }

    /** @param released recipients whose topics exist */
    Cluster(Path folder, List<String> released) throws Exception {
        this.folder = folder;
        world = new World();
        broker = DevBroker.start(DevBrokerConfig.of(folder.resolve("kafka"), TestKeys.pki()));
        admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN));
        List<TopicSpec> topics = released.stream()
                .map(recipient -> LAYOUT.released(recipient, Envelope.Time.YEAR))
                .toList();
        new TopicProvisioner(admin).provision(LAYOUT, topics);
        gateway = new KafkaProducer<>(
                broker.clientSettings(DevIdentity.GATEWAY), new ByteArraySerializer(), new ByteArraySerializer());
        officer = new KafkaProducer<>(
                broker.clientSettings(DevIdentity.OFFICER), new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> committed = new HashMap<>(broker.clientSettings(DevIdentity.ADMIN));
        committed.put("isolation.level", "read_committed");
        reader = new KafkaConsumer<>(committed, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Files.write(folder.resolve("trust-root.json"), shipped.root().toBytes());
    }

    /** Makes a recipient's topic, as an activation that names the recipient does. */
    void appears(String recipient) {
        new TopicProvisioner(admin).createMissingTopics(List.of(LAYOUT.released(recipient, Envelope.Time.YEAR)));
    }

    ProtectConfig config() {
        return ProtectConfig.of(
                        ClientSettings.of(broker.clientSettings(DevIdentity.PROTECT)),
                        World.TENANT,
                        ProtectKeys.of(world.ingressKeys, world.fieldKeys),
                        new ProtectPolicy(folder.resolve("trust-root.json").toString(), engine, StatusSettings.DEFAULT))
                .withRun(ProtectRun.of(World.TENANT).withParallelism(2).withCheckpointInterval(Duration.ofMillis(200)))
                .withLimits(world.limits);
    }

    /** Steps that ask the world's policies; all else is real. */
    static final class TestSteps extends SharedSteps {
        private static final long serialVersionUID = 1;
        private final String world;

        TestSteps(ProtectConfig config, String world) {
            super(config);
            this.world = world;
        }

        @Override
        Policies policies(SharedParts parts, TaskPolicy task) {
            return World.of(world).knownPolicies();
        }
    }

    /** Where a job of this cluster runs, going on from its newest checkpoint. */
    StreamExecutionEnvironment environment(String job) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        Checkpoints.configure(configuration, folder.resolve("checkpoints").resolve(job));
        return StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    }

    JobClient start(ProtectFunction function) throws Exception {
        StreamExecutionEnvironment env = environment("protect");
        StartCheck.require(config());
        ProtectJob.build(env, config(), function);
        return env.executeAsync(ProtectJob.NAME);
    }

    /** With the policies of the topic, as in production. */
    JobClient startForReal() throws Exception {
        StreamExecutionEnvironment env = environment("protect");
        ProtectJob.build(env, config());
        return env.executeAsync(ProtectJob.NAME);
    }

    /** Publishes a revision of the shipped rulebook and puts it in force under the same number. */
    void activate(long number) throws Exception {
        publish(shipped.revision(number));
    }

    /** Writes records of {@code policy.bundles}, as an officer does. */
    void publish(Map<String, byte[]> records) throws Exception {
        for (Map.Entry<String, byte[]> record : records.entrySet()) {
            officer.send(new ProducerRecord<>(
                            World.TOPICS.bundles(), record.getKey().getBytes(UTF_8), record.getValue()))
                    .get(20, TimeUnit.SECONDS);
        }
    }

    JobClient start() throws Exception {
        return start(false);
    }

    JobClient start(boolean acceptReprocess) throws Exception {
        return start(new ProtectFunction(
                new TestSteps(config(), world.id), world.limits, new CheckpointGuard(config(), acceptReprocess)));
    }

    void send(IngressRecord record) throws Exception {
        ProducerRecord<byte[], byte[]> out =
                new ProducerRecord<>(World.TOPICS.ingress(), null, record.key(), record.value());
        for (Header header : record.headers()) {
            out.headers().add(header.name(), header.value());
        }
        gateway.send(out).get(20, TimeUnit.SECONDS);
    }

    /** Sends a quarantined record again, as an officer does; others' headers are sent as they are. */
    void requeue(ConsumerRecord<byte[], byte[]> quarantined, String activation) throws Exception {
        ProducerRecord<byte[], byte[]> out = new ProducerRecord<>(
                World.TOPICS.requeue(), null, quarantined.key(), quarantined.value(), quarantined.headers());
        out.headers().add(Headers.ACTIVATION, activation.getBytes(UTF_8));
        officer.send(out).get(20, TimeUnit.SECONDS);
    }

    /** Writes what no job ever quarantined to {@code events.requeue}. */
    void poison(byte[] key, byte[] value) throws Exception {
        officer.send(new ProducerRecord<>(World.TOPICS.requeue(), key, value)).get(20, TimeUnit.SECONDS);
    }

    /** Everything that a reader of committed records sees now. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<TopicPartition> partitions = reader.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            reader.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    List<JsonNode> entries() {
        return read(World.TOPICS.audit()).stream()
                .map(record -> Outputs.json(record.value()))
                .toList();
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** Of each committed record of a topic, by its key: the transaction that wrote it, from the broker's files. */
    Map<String, String> transactions(String topic, Set<String> committed) throws Exception {
        Map<String, String> transactions = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder.resolve("kafka"))) {
            List<File> segments = files.filter(path -> path.toString().endsWith(".log"))
                    .filter(path -> path.getParent().getFileName().toString().matches(topic + "-[0-9]+"))
                    .sorted() // a marker's timestamp is now, a coarse view's is not: Kafka rolls between them
                    .map(Path::toFile)
                    .toList();
            Map<String, Map<Long, Map<String, String>>> open = new HashMap<>();
            for (File segment : segments) {
                transactions(
                        segment,
                        committed,
                        open.computeIfAbsent(segment.getParent(), partition -> new HashMap<>()),
                        transactions);
            }
        }
        return transactions;
    }

    /** A transaction's records in a partition are those of its producer since that producer's last marker. */
    private static void transactions(
            File segment, Set<String> wanted, Map<Long, Map<String, String>> open, Map<String, String> out)
            throws Exception {
        try (FileRecords records = FileRecords.open(segment, false)) {
            for (RecordBatch batch : records.batches()) {
                for (Record record : batch) {
                    Map<String, String> pending = open.computeIfAbsent(batch.producerId(), id -> new HashMap<>());
                    if (batch.isControlBatch()) {
                        if (ControlRecordType.parse(record.key()) == ControlRecordType.COMMIT) {
                            pending.forEach((name, transaction) ->
                                    out.merge(name, transaction, (one, other) -> one + " and again " + other));
                        }
                        pending.clear();
                        continue;
                    }
                    byte[] key = new byte[record.keySize()];
                    record.key().get(key);
                    if (wanted.contains(new String(key, UTF_8))) {
                        pending.put(new String(key, UTF_8), batch.producerId() + "/" + batch.producerEpoch());
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        reader.close();
        gateway.close();
        officer.close();
        admin.close();
        broker.close();
        world.close();
    }
}
