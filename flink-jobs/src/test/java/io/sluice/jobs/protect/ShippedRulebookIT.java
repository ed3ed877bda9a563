package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.core.event.ClientEvent;
import io.sluice.core.event.Tags;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.engine.OpaRestConfig;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.status.RoomStatus;
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
import java.util.concurrent.atomic.AtomicInteger;
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
            List<JsonNode> entries = cluster.entries();
            aCanaryThatFailsReturnsByItself(cluster, resources(1));
            aFloorDecidesWhatWasAdmittedBefore(cluster, resources.get(0));
            job.cancel().get(30, TimeUnit.SECONDS);

            Map<String, Integer> revisions = new TreeMap<>();
            for (JsonNode entry : entries) {
                assertThat(entry.path("outcome").path("code").asText()).isEqualTo("decided");
                JsonNode policy = entry.path("policy");
                assertThat(policy.path("revision")).isEqualTo(policy.path("activation"));
                revisions.merge(policy.path("revision").asText(), 1, Integer::sum);
            }
            assertThat(revisions).isEqualTo(Map.of("1", 10, "2", 10));
            assertQuarantinesWhereNoOpaServerIsReached(cluster, resources.get(0));
        }
    }

    /** A revision under which a field that nothing declares quarantines a patient: for half of them, and not for long. */
    private static void aCanaryThatFailsReturnsByItself(Cluster cluster, List<JsonNode> patients) throws Exception {
        BundleBuilder.Built active = cluster.shipped.build(2);
        BundleBuilder.Built strict = strict(cluster);
        Canary canary = new Canary(new Candidate(strict.digest(), 3), 5_000, new ReturnLimit(1_000, 1));
        PolicyRecord out = cluster.shipped.activation(3, active, new Rollout(canary, null, false));
        cluster.publish(cluster.shipped.bundle(strict));
        cluster.publish(Map.of(out.key(), out.value()));
        for (int i = 0; i < patients.size(); i++) {
            send(cluster, withAFieldThatNothingDeclares(patients.get(i)), "c" + i, 3);
        }

        await("what was signed with the canary is published")
                .atMost(PATIENCE)
                .until(() -> bundles(cluster).containsKey("activation/4"));
        assertThat(bundles(cluster).get("activation/4"))
                .isEqualTo(SignedActivation.of(out.value())
                        .comingBack()
                        .orElseThrow()
                        .toBytes());
        await().atMost(PATIENCE).until(() -> decidedUnder(cluster, 3).size() == patients.size());
        Set<Boolean> both = new HashSet<>();
        for (JsonNode entry : decidedUnder(cluster, 3)) {
            boolean share = canary.includes(entry.at("/subject/ref").asText());
            both.add(share);
            assertThat(entry.at("/policy/revision").asLong()).isEqualTo(share ? 3 : 2);
            assertThat(entry.toString().contains("\"code\":\"undeclared-field\""))
                    .isEqualTo(share);
        }
        assertThat(both).as("either share has a patient").hasSize(2);
        await("the job says so").atMost(PATIENCE).until(() -> returns(cluster).size() == 1);
        JsonNode detail = returns(cluster).get(0).path("detail");
        assertThat(detail.path("activation").asLong()).isEqualTo(4);
        assertThat(detail.at("/canary/revision").asLong()).isEqualTo(3);
        assertThat(detail.path("failed")).isEqualTo(detail.path("decided"));
        assertThat(detail.path("othersFailed").asLong()).isZero();
        assertThat(detail.at("/returnAt/excessBasisPoints").asLong()).isEqualTo(1_000);
        await("and its task tells")
                .atMost(PATIENCE)
                .until(() -> cluster.read("dev.policy.status").stream()
                        .map(told -> RoomStatus.of(told.value()).canary())
                        .anyMatch(told -> told != null && told.returned() && told.activation() == 3));

        for (int i = 0; i < patients.size(); i++) {
            send(cluster, withAFieldThatNothingDeclares(patients.get(i)), "d" + i, 4);
        }
        await().atMost(PATIENCE).until(() -> decidedUnder(cluster, 4).size() == patients.size());
        assertThat(decidedUnder(cluster, 4)).allSatisfy(entry -> {
            assertThat(entry.at("/policy/revision").asLong()).isEqualTo(2);
            assertThat(entry.toString()).doesNotContain("quarantine");
        });
        assertThat(returns(cluster)).as("once").hasSize(1);
    }

    /** As each task learns of it; what is stamped with an activation before it is decided under it too. */
    private static void aFloorDecidesWhatWasAdmittedBefore(Cluster cluster, JsonNode patient) throws Exception {
        int before = cluster.entries().size();
        PolicyRecord floor = cluster.shipped.activation(5, strict(cluster), new Rollout(null, null, true));
        cluster.publish(Map.of(floor.key(), floor.value()));
        AtomicInteger probes = new AtomicInteger();
        await("a task learns of it").atMost(PATIENCE).until(() -> {
            send(cluster, withAFieldThatNothingDeclares(patient), "f" + probes.incrementAndGet(), 1);
            return cluster.entries().stream()
                    .anyMatch(entry -> entry.at("/policy/applied").asLong() == 5);
        });
        await("no probe is left for what comes after")
                .atMost(PATIENCE)
                .until(() -> cluster.entries().size() == before + probes.get());
        assertThat(cluster.entries())
                .filteredOn(entry -> entry.at("/policy/applied").asLong() == 5)
                .allSatisfy(entry -> {
                    assertThat(entry.at("/policy/activation").asLong()).isEqualTo(1);
                    assertThat(entry.at("/policy/revision").asLong()).isEqualTo(3);
                    assertThat(entry.toString()).contains("\"code\":\"undeclared-field\"");
                });
    }

    private static BundleBuilder.Built strict(Cluster cluster) {
        return cluster.shipped.build(
                3, document -> document.withObject("/datasets/fhir-patient").put("undeclared", "quarantine"));
    }

    private static JsonNode withAFieldThatNothingDeclares(JsonNode patient) {
        return ((ObjectNode) patient.deepCopy()).put("shoeSize", 42);
    }

    private static Map<String, byte[]> bundles(Cluster cluster) {
        Map<String, byte[]> records = new TreeMap<>();
        cluster.read("dev.policy.bundles")
                .forEach(record -> records.put(new String(record.key(), UTF_8), record.value()));
        return records;
    }

    private static List<JsonNode> decidedUnder(Cluster cluster, long activation) {
        return cluster.entries().stream()
                .filter(entry -> entry.at("/policy/activation").asLong() == activation)
                .toList();
    }

    private static List<JsonNode> returns(Cluster cluster) {
        return cluster.entries().stream()
                .filter(entry -> entry.path("code").asText().equals("canary-returned"))
                .toList();
    }

    /** P1: the same job goes on with {@code opa-rest}, and its server is not there. */
    private static void assertQuarantinesWhereNoOpaServerIsReached(Cluster cluster, JsonNode resource)
            throws Exception {
        int entries = cluster.entries().size();
        int released = cluster.read("dev.released.care").size();
        int quarantined = cluster.read("dev.events.quarantine").size();
        cluster.engine = new OpaRestConfig(List.of("http://127.0.0.1:1"), null, null, Duration.ofSeconds(2), 1 << 20);
        JobClient job = cluster.startForReal();
        send(cluster, resource, "late", 5);
        await().atMost(PATIENCE).until(() -> cluster.entries().size() == entries + 1);
        job.cancel().get(30, TimeUnit.SECONDS);

        assertThat(cluster.entries())
                .filteredOn(entry -> entry.at("/outcome/reason").asText().equals("policy-unavailable"))
                .hasSize(1);
        assertThat(cluster.read("dev.released.care")).hasSize(released);
        assertThat(cluster.read("dev.events.quarantine")).hasSize(quarantined + 1);
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
