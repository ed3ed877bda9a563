package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.policies.engine.OpaRestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job as it ships: rulebook, policies from the topic, real FHIR resources, its recipients. */
@NullUnmarked // what is null here fails the test
class ShippedRulebookIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> RECIPIENTS = List.of("billing", "care", "marketing", "research");

    /** The real tail reads the policy topic; how soon it has read it is the machine's affair. */
    private static final ProtectLimits PATIENT = new ProtectLimits(
            Duration.ofHours(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(60),
            Duration.ofMillis(60),
            100,
            8,
            1_000_000);

    @TempDir
    Path folder;

    @Test
    void everyPatientAndObservationsOfEachAreDecidedOnceAndResearchLearnsNobodysName() throws Exception {
        try (Cluster cluster = new Cluster(folder, RECIPIENTS)) {
            cluster.world.limits = PATIENT;
            JobClient job = cluster.startForReal();
            cluster.activate(1);
            List<JsonNode> resources = resources(15);
            assertThat(resources).hasSize(300);
            for (int i = 0; i < resources.size(); i++) {
                send(cluster, resources.get(i), "r" + i, 1);
            }
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> cluster.entries().size() >= resources.size());
            job.cancel().get(30, TimeUnit.SECONDS);

            List<JsonNode> entries = cluster.entries();
            assertThat(entries).hasSize(resources.size());
            assertThat(entries)
                    .allSatisfy(entry -> assertThat(
                                    entry.path("outcome").path("code").asText())
                            .isEqualTo("decided"));
            Set<String> cited = new HashSet<>();
            int released = 0;
            for (JsonNode entry : entries) {
                for (JsonNode outcome : entry.path("recipients")) {
                    assertThat(outcome.path("disposition").asText())
                            .as(outcome.toString())
                            .isNotEqualTo("quarantine");
                    if (outcome.has("releasedId")) {
                        released++;
                        cited.add(outcome.path("plan").asText());
                    }
                }
            }
            Set<String> kept = new HashSet<>();
            cluster.read("dev.policy.plans").forEach(plan -> kept.add(new String(plan.key(), UTF_8)));
            assertThat(kept).as("every plan that an entry cites is kept").containsAll(cited);
            assertThat(cluster.read("dev.released.care")).hasSize(resources.size());
            List<ConsumerRecord<byte[], byte[]>> research = cluster.read("dev.released.research");
            assertThat(research).isNotEmpty();
            assertThat(released)
                    .isEqualTo(resources.size()
                            + research.size()
                            + cluster.read("dev.released.billing").size()
                            + cluster.read("dev.released.marketing").size());
            StringBuilder all = new StringBuilder();
            for (ConsumerRecord<byte[], byte[]> view : research) {
                all.append(new String(view.value(), UTF_8)).append(new String(view.key(), UTF_8));
                view.headers().forEach(header -> all.append(new String(header.value(), UTF_8)));
            }
            String text = all.toString();
            for (JsonNode resource : resources) {
                assertThat(text).doesNotContain(resource.path("id").asText());
                if (resource.path("resourceType").asText().equals("Patient")) {
                    assertThat(text)
                            .doesNotContain(resource.at("/name/0/family").asText());
                    assertThat(text)
                            .doesNotContain(resource.at("/address/0/line/0").asText());
                    assertThat(text).doesNotContain(resource.path("birthDate").asText());
                }
            }
        }
    }

    @Test
    void p9ARecordIsDecidedUnderTheActivationSealedIntoItWheneverTheJobLearnsOfIt() throws Exception {
        try (Cluster cluster = new Cluster(folder, RECIPIENTS)) {
            cluster.world.limits = PATIENT;
            cluster.activate(1);
            JobClient job = cluster.startForReal();
            List<JsonNode> resources = resources(2);
            for (int i = 0; i < 10; i++) {
                send(cluster, resources.get(i), "r" + i, 1 + i % 2); // 2 is not there yet: back-pressure
            }
            cluster.activate(2);
            for (int i = 10; i < 20; i++) {
                send(cluster, resources.get(i), "r" + i, 1 + i % 2);
            }
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == 20);
            job.cancel().get(30, TimeUnit.SECONDS);

            Map<String, Integer> revisions = new TreeMap<>();
            for (JsonNode entry : cluster.entries()) {
                assertThat(entry.path("outcome").path("code").asText()).isEqualTo("decided");
                JsonNode policy = entry.path("policy");
                assertThat(policy.path("revision")).isEqualTo(policy.path("activation"));
                revisions.merge(policy.path("revision").asText(), 1, Integer::sum);
            }
            assertThat(revisions).isEqualTo(Map.of("1", 10, "2", 10));
            assertQuarantinesWhereNoOpaServerIsReached(cluster, resources.get(0));
        }
    }

    /** P1: the same job goes on with {@code opa-rest}, and its server is not there. */
    private static void assertQuarantinesWhereNoOpaServerIsReached(Cluster cluster, JsonNode resource)
            throws Exception {
        int released = cluster.read("dev.released.care").size();
        cluster.engine = new OpaRestConfig(List.of("http://127.0.0.1:1"), null, null, Duration.ofSeconds(2), 1 << 20);
        JobClient job = cluster.startForReal();
        send(cluster, resource, "late", 1);
        await().atMost(PATIENCE).until(() -> cluster.entries().size() == 21);
        job.cancel().get(30, TimeUnit.SECONDS);

        assertThat(cluster.entries())
                .filteredOn(entry -> entry.at("/outcome/reason").asText().equals("policy-unavailable"))
                .hasSize(1);
        assertThat(cluster.read("dev.released.care")).hasSize(released);
        assertThat(cluster.read("dev.events.quarantine")).hasSize(1);
    }

    private static void send(Cluster cluster, JsonNode resource, String id, long activation) throws Exception {
        World world = cluster.world;
        boolean patient = resource.path("resourceType").asText().equals("Patient");
        String subject = patient
                ? resource.path("id").asText()
                : resource.at("/subject/reference").asText().replace("urn:uuid:", "");
        Tags tags = new Tags(
                world.sealKeys.subjectReferences().eventId("st-elsewhere", "ehr", id),
                "urn:sluice:dev:gateway",
                Tags.EVENT_TYPE,
                patient ? "fhir-patient" : "fhir-observation",
                "st-elsewhere",
                "treatment",
                world.sealKeys.subjectReferences().of("st-elsewhere", "patient", subject),
                "US",
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                activation,
                new TreeMap<>(
                        patient
                                ? Map.of()
                                : Map.of("status", resource.path("status").asText())));
        cluster.send(world.seal(
                tags,
                new ClientEvent(
                        id,
                        "ehr",
                        "fhir",
                        null,
                        null,
                        "application/fhir+json",
                        new TreeMap<>(),
                        MAPPER.writeValueAsBytes(resource))));
    }

    /** Of each of the 20 patients so many records, the Patient first. */
    private static List<JsonNode> resources(int each) throws Exception {
        List<JsonNode> resources = new ArrayList<>();
        Path data = Path.of(System.getProperty("sluice.data")).resolve("fhir/synthea_r4");
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                int of = 0;
                for (JsonNode entry : MAPPER.readTree(file.toFile()).path("entry")) {
                    String type = entry.path("resource").path("resourceType").asText();
                    if ((type.equals("Patient") || type.equals("Observation")) && of < each) {
                        resources.add(entry.path("resource"));
                        of++;
                    }
                }
            }
        }
        return resources;
    }
}
