package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.cluster.TopicProvisioner;
import io.sluice.core.event.Headers;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.parse.ParseLimits;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.DataPortConfig;
import io.sluice.gateway.receive.Decompression;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.SealKeys;
import io.sluice.protection.seal.UnwrapLimits;
import io.sluice.serving.operate.ManagementConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway before a real broker with the shipped rulebook: from no policy to acknowledged events, and back from an outage. */
class GatewayIT {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A real broker on a busy machine takes its time for the first record. */
    private static final PublishLimits PUBLISH = new PublishLimits(
            TestGateway.PUBLISH.maxBytesInFlight(),
            TestGateway.PUBLISH.maxRecordBytes(),
            TestGateway.PUBLISH.maxQueuedRecords(),
            Duration.ofSeconds(4),
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Duration.ofSeconds(6),
            TestGateway.PUBLISH.linger(),
            TestGateway.PUBLISH.maxSeenEvents());

    /** A broker of a busy machine takes its time to end, and a producer in the middle of a body waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final ReceiveLimits LIMITS = TestGateway.patient(PATIENCE, PATIENCE.plusSeconds(20));
    private static final BatchLimits BATCHES = new BatchLimits(
            TestGateway.BATCHES.maxEvents(),
            TestGateway.BATCHES.maxLines(),
            TestGateway.BATCHES.maxBytes(),
            TestGateway.BATCHES.maxHeldBytes(),
            TestGateway.BATCHES.maxBytesUnderWay(),
            TestGateway.BATCHES.maxEventsUnderWay(),
            TestGateway.BATCHES.maxAnswerBytes(),
            PATIENCE,
            TestGateway.BATCHES.duration());

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void goesFromNothingToAcceptedEventsAndBackFromAnOutage() throws Exception {
        ShippedPolicy policy = new ShippedPolicy();
        DevBrokerConfig brokerConfig = DevBrokerConfig.of(folder.resolve("kafka"), TestGateway.pki());
        DevBroker broker = DevBroker.start(brokerConfig);
        provision(broker);
        setTimestampType(broker, "CreateTime");
        SealKeys keys = SealKeys.openOrCreate(folder.resolve("keys"), folder.resolve("password"), "dev");
        PolicyStore store = PolicyStore.inProcess(policy.root(), 1);
        try (Gateway gateway = Gateway.start(config(broker), keys, store, Clock.systemUTC())) {
            HttpClient hospital = TestGateway.client(DevIdentity.ST_ELSEWHERE);
            JsonNode patient = patient();

            // No policy: nothing is accepted.
            assertThat(Http.send(hospital, post(gateway, patient, "p-1")).code())
                    .isEqualTo("policy-unavailable");
            assertThat(readiness(gateway)).contains("\"ready\":false");

            // An activation arrives. The topic is not as planned: still nothing is accepted, and operators read why.
            publish(broker, policy.records(1));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> metrics(gateway).contains("sluice_gateway_activation 1.0"));
            assertThat(Http.send(hospital, post(gateway, patient, "p-1")).code())
                    .isEqualTo("kafka-unavailable");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(readiness(gateway))
                            .contains("dev.events.ingress: setting must be message.timestamp.type=LogAppendTime,"
                                    + " is CreateTime"));

            // Somebody corrects it: the gateway sees that by itself.
            setTimestampType(broker, "LogAppendTime");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> gateway.readiness().ready());
            Http.Answer accepted = Http.send(hospital, post(gateway, patient, "p-1"));
            assertThat(accepted.status()).as(accepted.json().toString()).isEqualTo(202);

            // What stands in Kafka opens with the keys, and only its tags are in clear.
            ConsumerRecord<byte[], byte[]> record = ingress(broker, 1).get(0);
            assertThat(accepted.json().path("position").asText())
                    .isEqualTo("events.ingress/1/" + record.partition() + "/" + record.offset());
            assertThat(text(record)).doesNotContain(patient.path("id").asText());
            assertThat(text(record)).doesNotContain(patient.at("/name/0/family").asText());
            assertThat(new String(
                            record.headers().lastHeader(Headers.CE_ACTIVATION).value(), UTF_8))
                    .isEqualTo("1");
            assertThat(new String(
                            record.headers().lastHeader(Headers.CE_DATASET).value(), UTF_8))
                    .isEqualTo("fhir-patient");
            assertThat(open(keys, record)).isInstanceOf(Opened.Open.class);

            // A newer activation is stamped once it was read.
            publish(broker, policy.records(2));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> metrics(gateway).contains("sluice_gateway_activation 2.0"));

            // Kafka goes: a clear answer before the deadline. It comes back: so does the gateway, alone.
            broker.close();
            Http.Answer refused = Http.send(hospital, post(gateway, patient, "p-2"));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("kafka-unavailable");
            broker = DevBroker.start(brokerConfig);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            Http.send(hospital, post(gateway, patient, "p-2")).status() == 202);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.readiness().ready());
        } finally {
            broker.close();
        }
    }

    static GatewayConfig config(DevBroker broker) {
        DataPortConfig port =
                TestGateway.config(TestGateway.LIMITS, TestGateway.PUBLISH, 0).dataPort();
        return new GatewayConfig(
                TestGateway.LAYOUT,
                new DataPortConfig("127.0.0.1", 0, 2, 2, port.tls(), LIMITS, Decompression.OFF, List.of()),
                new ManagementConfig("127.0.0.1", 0),
                new KafkaConfig(broker.clientSettings(DevIdentity.GATEWAY), PUBLISH, KafkaConfig.DEFAULT_STALENESS),
                ParseLimits.DEFAULT,
                BATCHES,
                GatewayConfig.DEFAULT_REFUSAL_LINES);
    }

    static void provision(DevBroker broker) {
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            new TopicProvisioner(admin).provision(TestGateway.LAYOUT, List.of());
        }
    }

    private static void setTimestampType(DevBroker broker, String value) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TestGateway.TOPICS.ingress());
        AlterConfigOp change =
                new AlterConfigOp(new ConfigEntry("message.timestamp.type", value), AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(broker.clientSettings(DevIdentity.ADMIN))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get(20, TimeUnit.SECONDS);
        }
    }

    static void publish(DevBroker broker, Map<String, byte[]> records) throws Exception {
        Map<String, Object> settings = broker.clientSettings(DevIdentity.OFFICER);
        settings.put("max.request.size", 16 << 20);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Map.Entry<String, byte[]> record : records.entrySet()) {
                producer.send(new ProducerRecord<>(
                                TestGateway.TOPICS.bundles(), record.getKey().getBytes(UTF_8), record.getValue()))
                        .get(20, TimeUnit.SECONDS);
            }
        }
    }

    /** The records of the ingress, at least so many. */
    static List<ConsumerRecord<byte[], byte[]>> ingress(DevBroker broker, int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> settings = broker.clientSettings(DevIdentity.PROTECT);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream.of(0, 1)
                    .map(partition -> new TopicPartition(TestGateway.TOPICS.ingress(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= atLeast;
            });
        }
        return records;
    }

    static Opened open(SealKeys keys, ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        return keys.opener(UnwrapLimits.DEFAULT).open(record.key(), headers, record.value());
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder all =
                new StringBuilder(new String(record.value(), UTF_8)).append(new String(record.key(), UTF_8));
        record.headers().forEach(header -> all.append(new String(header.value(), UTF_8)));
        return all.toString();
    }

    private static JsonNode patient() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (JsonNode entry : MAPPER.readTree(file.toFile()).path("entry")) {
                    if (entry.at("/resource/resourceType").asText().equals("Patient")) {
                        return entry.path("resource");
                    }
                }
            }
        }
        throw new IllegalStateException("No Patient in the sample data");
    }

    private static HttpRequest post(Gateway gateway, JsonNode resource, String id) throws Exception {
        return Http.post(gateway.dataPort(), "/v1/datasets/fhir/events")
                .header("Content-Type", "application/fhir+json")
                .header("Sluice-Purpose", "treatment")
                .header("Idempotency-Key", id)
                .POST(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(resource)))
                .build();
    }

    private static String readiness(Gateway gateway) throws Exception {
        return get(gateway, "/readyz").body();
    }

    private static String metrics(Gateway gateway) throws Exception {
        return get(gateway, "/metrics").body();
    }

    private static HttpResponse<String> get(Gateway gateway, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.managementPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
