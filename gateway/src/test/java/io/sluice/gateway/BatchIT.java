package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.kafkadev.DevBroker;
import io.sluice.kafkadev.DevBrokerConfig;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.SealKeys;
import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches before a real broker with the shipped rulebook: the sample Bundles, and a broker that goes in the middle. */
class BatchIT {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String FHIR = "/v1/datasets/fhir/events";

    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void takesTheSampleBundlesEventByEventAndSurvivesTheBroker() throws Exception {
        ShippedPolicy policy = new ShippedPolicy();
        DevBrokerConfig brokerConfig = DevBrokerConfig.of(folder.resolve("kafka"), TestGateway.pki());
        DevBroker broker = DevBroker.start(brokerConfig);
        GatewayIT.provision(broker);
        SealKeys keys = SealKeys.openOrCreate(folder.resolve("keys"), folder.resolve("password"), "dev");
        PolicyStore store = PolicyStore.inProcess(policy.root(), 1);
        try (Gateway gateway = Gateway.start(GatewayIT.config(broker), keys, store, Clock.systemUTC())) {
            GatewayIT.publish(broker, policy.records(1));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> gateway.readiness().ready());
            HttpClient hospital = TestGateway.client(DevIdentity.ST_ELSEWHERE);

            Map<String, String> acknowledged = new HashMap<>();
            Map<String, JsonNode> known = new HashMap<>();
            for (Path file : bundles()) {
                sample(hospital, gateway, file, policy, known, acknowledged);
            }
            assertStored(broker, keys, acknowledged);

            // The broker goes in the middle of a stream: what was acknowledged stands, the rest is told.
            Http.Answer cut = cut(hospital, gateway, broker);
            assertThat(cut.json().at("/stopped/problem/code").asText() + cut.code())
                    .contains("kafka-unavailable");
            assertThat(cut.status()).isIn(207, 503);
            broker = DevBroker.start(brokerConfig);
            for (JsonNode event : cut.json().path("events")) {
                if (event.path("status").asText().equals("accepted")) {
                    acknowledged.put(
                            event.path("position").asText(), event.path("id").asText());
                }
            }
            assertStored(broker, keys, acknowledged);

            // And comes back: the same batch goes through, what stood before is answered as such.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                Http.Answer again = Http.send(hospital, patients(gateway, "short", List.of(patient(0))));
                return again.status() == 202;
            });
        } finally {
            broker.close();
        }
    }

    /** Posts a Bundle to the group; its outcomes follow from what the shipped rulebook holds. */
    private static void sample(
            HttpClient hospital,
            Gateway gateway,
            Path file,
            ShippedPolicy policy,
            Map<String, JsonNode> known,
            Map<String, String> acknowledged)
            throws Exception {
        JsonNode bundle = MAPPER.readTree(file.toFile());
        Http.Answer answer = Http.send(
                hospital,
                Http.post(gateway.dataPort(), FHIR)
                        .header("Content-Type", "application/fhir+json")
                        .header("Sluice-Purpose", "treatment")
                        .POST(HttpRequest.BodyPublishers.ofFile(file))
                        .build());
        JsonNode events = answer.json().path("events");
        assertThat(events).as(file.toString()).hasSameSizeAs(bundle.path("entry"));
        int accepted = 0;
        for (int i = 0; i < events.size(); i++) {
            JsonNode resource = bundle.at("/entry/" + i + "/resource");
            String type = resource.path("resourceType").asText();
            JsonNode event = events.get(i);
            assertThat(event.path("index").asInt()).isEqualTo(i);
            JsonNode before = known.putIfAbsent(resource.path("id").asText(), resource);
            if (!policy.has("fhir", type)) {
                assertThat(event.at("/problem/code").asText()).as(type).isEqualTo("dataset-unknown");
            } else if (before != null
                    && !before.equals(resource)) { // the samples repeat some changed, without a version
                assertThat(event.at("/problem/code").asText()).as(type).isEqualTo("id-reused");
            } else {
                assertThat(event.path("status").asText()).as(event.toString()).isEqualTo("accepted");
                assertThat(event.path("id").asText())
                        .isEqualTo(resource.path("id").asText());
                acknowledged.put(
                        event.path("position").asText(), event.path("id").asText());
                assertThat(event.path("repeated").asBoolean()).isEqualTo(before != null);
                accepted++;
            }
        }
        assertThat(accepted).as(file.toString()).isPositive();
        assertThat(answer.status()).as(file.toString()).isEqualTo(accepted == events.size() ? 202 : 207);
    }

    /** A stream whose broker goes when half of it was read. */
    private static Http.Answer cut(HttpClient hospital, Gateway gateway, DevBroker broker) throws Exception {
        byte[] half = lines(0, 500).getBytes(UTF_8);
        byte[] rest = lines(500, 5_000).getBytes(UTF_8);
        return Http.send(
                hospital,
                Http.post(gateway.dataPort(), FHIR)
                        .header("Content-Type", "application/x-ndjson")
                        .header("Sluice-Purpose", "treatment")
                        .header("Idempotency-Key", "cut")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() ->
                                new SequenceInputStream(new ByteArrayInputStream(half), new ByteArrayInputStream(rest) {
                                    private boolean closed;

                                    @Override
                                    public synchronized int read(byte[] into, int from, int length) {
                                        if (!closed) {
                                            closed = true;
                                            broker.close();
                                        }
                                        return super.read(into, from, length);
                                    }
                                })))
                        .build());
    }

    private static void assertStored(DevBroker broker, SealKeys keys, Map<String, String> acknowledged) {
        Map<String, String> stored = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : GatewayIT.ingress(broker, acknowledged.size())) {
            Opened.Open opened = (Opened.Open) GatewayIT.open(keys, record);
            stored.put(
                    "events.ingress/1/" + record.partition() + "/" + record.offset(),
                    opened.event().id());
        }
        assertThat(stored).containsAllEntriesOf(acknowledged);
    }

    private static HttpRequest patients(Gateway gateway, String key, List<String> patients) {
        return Http.post(gateway.dataPort(), FHIR)
                .header("Content-Type", "application/x-ndjson")
                .header("Sluice-Purpose", "treatment")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", patients)))
                .build();
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> patient(i) + "\n").collect(Collectors.joining());
    }

    private static String patient(int number) {
        return "{\"resourceType\":\"Patient\",\"id\":\"p-" + number + "\"}";
    }

    private static List<Path> bundles() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4"))) {
            return new ArrayList<>(files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList());
        }
    }
}
