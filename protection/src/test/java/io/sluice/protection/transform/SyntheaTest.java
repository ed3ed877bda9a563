package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.decision.ProtectionPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All Patients and Observations of the sample data, under plans like those of the shipped rulebook. */
class SyntheaTest {
    static final ProtectionPlan RESEARCH_PATIENT = Plans.fhir(
            "/resourceType",
            "keep",
            "/id",
            "drop",
            "/gender",
            "keep",
            "/birthDate",
            "generalise.age90",
            "/deceasedDateTime",
            "generalise.year",
            "/address/*/state",
            "keep",
            "/address/*/country",
            "keep",
            "/address/*/postalCode",
            "generalise.zip3 restricted=036,059,102,203",
            "/address/*/city",
            "drop",
            "/identifier/[type.coding.code=SS]/value",
            "drop",
            "/identifier/*/value",
            "drop",
            "/name/**",
            "drop",
            "/telecom/[system=phone]/value",
            "drop",
            "/maritalStatus/coding/*/code",
            "keep",
            "/extension/[url$=us-core-race]/url",
            "keep",
            "/extension/[url$=us-core-race]/extension/*/valueCoding/code",
            "keep",
            "/multipleBirth[x]",
            "drop",
            "/communication/*/language/coding/*/code",
            "keep");
    static final ProtectionPlan CARE_PATIENT = Plans.fhir(
            "/**",
            "keep",
            "/identifier/[type.coding.code=SS]/value",
            "encrypt domain=care-identity",
            "/identifier/[type.coding.code=DL]/value",
            "tokenise domain=care-identity",
            "/identifier/[type.coding.code=PPN]/value",
            "redact",
            "/telecom/*/value",
            "mask keep-last=4");
    static final ProtectionPlan RESEARCH_OBSERVATION = Plans.fhir(
            "/resourceType",
            "keep",
            "/id",
            "drop",
            "/status",
            "keep",
            "/subject/reference",
            "drop",
            "/encounter/reference",
            "drop",
            "/category/*/coding/*/system",
            "keep",
            "/category/*/coding/*/code",
            "keep",
            "/code/coding/*/system",
            "keep",
            "/code/coding/*/code",
            "keep",
            "/effectiveDateTime",
            "generalise.year",
            "/issued",
            "generalise.year",
            "/valueQuantity/value",
            "keep",
            "/valueQuantity/unit",
            "keep",
            "/valueQuantity/system",
            "keep",
            "/valueQuantity/code",
            "keep",
            "/valueCodeableConcept/coding/*/code",
            "keep",
            "/component/*/code/coding/*/code",
            "keep",
            "/component/*/valueQuantity/value",
            "keep");
    static final ProtectionPlan CARE_OBSERVATION =
            Plans.fhir("/**", "keep", "/subject/reference", "tokenise domain=care", "/meta/**", "drop");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void noIdentifierOfAPatientReachesResearch() throws Exception {
        List<JsonNode> all = resources();
        Set<String> identifiers = new HashSet<>();
        all.stream().filter(r -> type(r).equals("Patient")).forEach(p -> identifiers(p, identifiers));
        assertThat(identifiers).hasSizeGreaterThan(200);
        Protector protector = Plans.protector();
        CompiledPlan patient = protector.compile(RESEARCH_PATIENT);
        CompiledPlan observation = protector.compile(RESEARCH_OBSERVATION);
        Pattern any = Pattern.compile("(?<![0-9])(?:"
                + identifiers.stream().map(Pattern::quote).collect(Collectors.joining("|")) + ")(?![0-9])");
        int views = 0;
        for (JsonNode resource : all) {
            boolean isPatient = type(resource).equals("Patient");
            assertThat(protector.read(MAPPER.writeValueAsBytes(resource))).isTrue();
            View view = protector.protect(isPatient ? patient : observation, Plans.CONTEXT);
            assertThat(view).isInstanceOf(View.Protected.class);
            String text = MAPPER.readTree(((View.Protected) view).bytes()).toString();
            // Not in the middle of a longer number: 0.80210829 is a measurement, not the ZIP code 02108.
            assertThat(any.matcher(text).find()).isFalse();
            assertThat(text).contains(type(resource));
            views++;
        }
        assertThat(views).isEqualTo(1_062);
    }

    @Test
    void careSeesWhatItsPlanKeeps() throws Exception {
        Protector protector = Plans.protector();
        CompiledPlan patient = protector.compile(CARE_PATIENT);
        CompiledPlan observation = protector.compile(CARE_OBSERVATION);
        Sf1Opener opener = new Sf1Opener(FieldKeys.ofRing(Plans.RING), Plans.TENANT);
        for (JsonNode resource : resources()) {
            byte[] json = MAPPER.writeValueAsBytes(resource);
            protector.read(json);
            View view = protector.protect(type(resource).equals("Patient") ? patient : observation, Plans.CONTEXT);
            assertThat(view).isInstanceOf(View.Protected.class);
            JsonNode seen = MAPPER.readTree(((View.Protected) view).bytes());
            if (type(resource).equals("Observation")) {
                assertThat(seen.get("valueQuantity")).isEqualTo(resource.get("valueQuantity"));
                assertThat(seen.get("subject").get("reference").asText()).startsWith("tok1_");
                continue;
            }
            assertThat(seen.get("name")).isEqualTo(resource.get("name"));
            for (int i = 0; i < resource.get("identifier").size(); i++) {
                String path = "/identifier/" + i + "/value";
                if (resource.at("/identifier/" + i + "/type/coding/0/code")
                        .asText()
                        .equals("SS")) {
                    Sf1Place place =
                            new Sf1Place("test-data", "s1_aebagbafaydqqcikbmga2dqpca", "r1_abc", path, "treatment");
                    assertThat(opener.open(seen.at(path).asText(), place))
                            .isEqualTo(new Sf1Answer.Ok(
                                    Sf1Type.STRING, resource.at(path).asText()));
                }
            }
        }
    }

    /** The measure behind the figures in the module's report; run with {@code -Dtest.jvm.args=-Dsluice.measure=true}. */
    @Test
    void measures() throws Exception {
        int rounds = Boolean.getBoolean("sluice.measure") ? 300 : 3;
        List<byte[]> observations = new ArrayList<>();
        for (JsonNode resource : resources()) {
            if (type(resource).equals("Observation")) {
                observations.add(MAPPER.writeValueAsBytes(resource));
            }
        }
        Protector protector = new Protector(Plans.TENANT, Plans.RING, new SecureRandom(), ViewLimits.DEFAULT);
        CompiledPlan[] plans = {
            protector.compile(CARE_OBSERVATION),
            protector.compile(RESEARCH_OBSERVATION),
            protector.compile(Plans.fhir("/**", "keep"))
        };
        String[] names = {"care (keep all but meta, tokenise the subject)", "research (22 patterns)", "keep all"};
        long sink = 0;
        for (int p = -1; p < plans.length; p++) {
            long best = Long.MAX_VALUE;
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                for (byte[] observation : observations) {
                    sink += protector.read(observation) ? 1 : 0;
                    if (p >= 0 && protector.protect(plans[p], Plans.CONTEXT) instanceof View.Protected done) {
                        sink += done.bytes().length;
                    }
                }
                best = Math.min(best, System.nanoTime() - start);
            }
            long bytes = observations.stream().mapToLong(o -> o.length).sum() / observations.size();
            System.out.printf(
                    "plan execution: scan%s: %d ns per Observation of %d bytes%n",
                    p < 0 ? " alone" : " + " + names[p], best / observations.size(), bytes);
        }
        assertThat(sink).isPositive();
    }

    private static String type(JsonNode resource) {
        return resource.get("resourceType").asText();
    }

    private static void identifiers(JsonNode patient, Set<String> out) {
        out.add(patient.get("id").asText());
        out.add(patient.get("birthDate").asText());
        patient.get("identifier").forEach(i -> out.add(i.get("value").asText()));
        patient.get("telecom").forEach(i -> out.add(i.get("value").asText()));
        patient.get("name").forEach(n -> {
            out.add(n.get("family").asText());
            n.get("given").forEach(g -> out.add(g.asText()));
        });
        patient.get("address").forEach(a -> {
            out.add(a.get("city").asText());
            if (a.has("postalCode")) {
                out.add(a.get("postalCode").asText());
            }
            a.get("line").forEach(l -> out.add(l.asText()));
        });
    }

    static List<JsonNode> resources() {
        List<JsonNode> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                for (JsonNode entry : MAPPER.readTree(Files.readAllBytes(file)).path("entry")) {
                    String type = type(entry.get("resource"));
                    if (type.equals("Patient") || type.equals("Observation")) {
                        found.add(entry.get("resource"));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
