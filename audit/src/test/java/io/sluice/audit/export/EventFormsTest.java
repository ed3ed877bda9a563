package io.sluice.audit.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.sluice.core.encoding.CanonicalJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The events of others' formats. OCSF is checked by its published schema (test resources {@code ocsf}); the AuditEvents stand
 * in a golden file that {@code ViewsAreFhirTest} gives to HAPI's validator, and keep what the BALP profile asks for.
 */
class EventFormsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ORIGIN = "sluice.example/audit/acme/0";
    private static final String BUNDLE = "b".repeat(64);
    private static final String SUBJECT = "s1_" + "a".repeat(26);
    private static final String RELEASED = "r1_" + "c".repeat(26);
    /** Acts of the golden file; a new one is added at its end. */
    private static final List<String> ACTS = List.of(
            "admission-refused",
            "policy-built",
            "policy-approved",
            "policy-activated",
            "policy-refused",
            "canary-returned",
            "config-changed",
            "audit-read",
            "audit-refused",
            "quarantine-read",
            "quarantine-requeued",
            "requeue-refused",
            "key-rotated",
            "reprocess-accepted",
            "legal-hold-set",
            "legal-hold-released",
            "erasure-held",
            "erasure-ordered",
            "erasure-punctured",
            "erasure-keys-destroyed",
            "subject-erased",
            "period-keys-destroyed",
            "value-revealed",
            "reveal-refused",
            "emergency-opened",
            "emergency-reviewed",
            "reviews-listed",
            "heartbeat");

    private static final Path GOLDEN =
            Path.of(System.getProperty("sluice.home"), "audit/src/test/resources/export/audit-events.ndjson");

    @Test
    void auditEventsAreThoseOfTheGoldenFile() throws IOException {
        StringBuilder lines = new StringBuilder();
        long index = 0;
        for (JsonNode entry : entries()) {
            lines.append(new String(
                    new AuditEvents().lines(ORIGIN, index++, entry, "What it means."), StandardCharsets.UTF_8));
        }
        assertThat(lines.toString()).isEqualTo(Files.readString(GOLDEN));
    }

    /** IHE BALP, PrivacyDisclosure.Source: its cardinalities and its invariant val-audit-source. */
    @Test
    void aReleasedViewIsADisclosureAfterBalp() {
        List<JsonNode> events = fhir(record());
        assertThat(events).hasSize(3);
        JsonNode disclosure = events.get(0);
        assertThat(disclosure.at("/meta/profile/0").asText()).endsWith("IHE.BasicAudit.PrivacyDisclosure.Source");
        assertThat(disclosure.at("/type/code").asText()).isEqualTo("110106");
        assertThat(disclosure.path("action").asText()).isEqualTo("R");
        assertThat(disclosure.path("subtype"))
                .anyMatch(one -> one.path("code").asText().equals("disclose"));
        assertThat(disclosure.path("outcome").asText()).isEqualTo("0");
        assertThat(disclosure.at("/purposeOfEvent/0/coding/0/code").asText()).isEqualTo("HRESCH");
        for (String role : List.of("110153", "110152")) {
            List<JsonNode> agents = stream(disclosure.path("agent"))
                    .filter(agent -> agent.at("/type/coding/0/code").asText().equals(role))
                    .toList();
            assertThat(agents).singleElement().satisfies(agent -> {
                assertThat(agent.has("who")).isTrue();
                assertThat(agent.at("/network/type").asText()).isEqualTo("5");
                if (role.equals("110153")) {
                    assertThat(agent.path("who")).isEqualTo(disclosure.at("/source/observer"));
                    assertThat(agent.at("/policy/0").asText()).endsWith(BUNDLE);
                }
            });
        }
        assertThat(disclosure.path("entity")).hasSizeGreaterThanOrEqualTo(2);
        List<JsonNode> patients = stream(disclosure.path("entity"))
                .filter(entity -> entity.at("/type/code").asText().equals("1"))
                .toList();
        assertThat(patients).singleElement().satisfies(patient -> {
            assertThat(patient.at("/role/code").asText()).isEqualTo("1");
            assertThat(patient.at("/what/type").asText()).isEqualTo("Patient");
            assertThat(patient.at("/what/identifier/value").asText()).isEqualTo(SUBJECT);
        });
        assertThat(events.get(1).has("meta"))
                .as("nothing was disclosed to billing")
                .isFalse();
        assertThat(events.get(1).path("outcome").asText()).isEqualTo("4");
        assertThat(events.get(2).path("outcome").asText()).isEqualTo("8");
    }

    @Test
    void nobodyIsCalledAPatientOfADatasetThatIsNotFhir() {
        ObjectNode order = record().deepCopy();
        order.put("dataset", "orders");
        JsonNode event = fhir(order).get(0);
        assertThat(event.has("meta")).isFalse();
        assertThat(event.toString()).contains(SUBJECT).doesNotContain("Patient");
    }

    @Test
    void ocsfEventsAreValidByThePublishedSchema() throws IOException {
        JsonSchema schema = schema();
        long index = 0;
        for (JsonNode entry : entries()) {
            for (JsonNode event : ocsf(index++, entry)) {
                assertThat(schema.validate(event)).as(event.toString()).isEmpty();
                assertThat(event.path("type_uid").asInt())
                        .isEqualTo(600_300 + event.path("activity_id").asInt());
            }
        }
        List<JsonNode> record = ocsf(7, record());
        assertThat(record).extracting(one -> one.path("disposition_id").asInt()).containsExactly(1, 2, 3);
        assertThat(record.get(0).at("/policy/uid").asText()).isEqualTo(BUNDLE);
        assertThat(record.get(0).at("/unmapped/log_index").asInt()).isEqualTo(7);
        assertThat(record.get(0).at("/unmapped/releasedId").asText()).isEqualTo(RELEASED);
        assertThat(record.get(2).path("status_detail").asText()).isEqualTo("transform-failed");
        assertThat(ocsf(0, act("reveal-refused")).get(0).path("status_id").asInt())
                .isEqualTo(2);

        ObjectNode wrong = (ObjectNode) record.get(0).deepCopy();
        wrong.put("strange", 1);
        assertThat(schema.validate(wrong)).as("the schema can fail").isNotEmpty();
        wrong.remove("strange");
        wrong.remove("actor");
        assertThat(schema.validate(wrong)).isNotEmpty();
    }

    /** Every event can be traced to its entry; ids do not repeat. */
    @Test
    void eachEventNamesItsEntry() {
        List<String> ids = new ArrayList<>();
        long index = 0;
        for (JsonNode entry : entries()) {
            for (JsonNode event : fhir(index, entry)) {
                ids.add(event.path("id").asText());
                assertThat(event.at("/entity/0/what/identifier/value").asText())
                        .isEqualTo(entry.path("id").asText());
                assertThat(event.path("id").asText()).matches("[A-Za-z0-9.-]{1,64}");
            }
            ocsf(index, entry)
                    .forEach(event -> ids.add("o" + event.at("/metadata/uid").asText()));
            index++;
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    /** An entry of every kind: one by recipient, undecided ones, a choice, every act, one with nothing in it. */
    private static List<JsonNode> entries() {
        List<JsonNode> entries = new ArrayList<>();
        entries.add(record());
        ObjectNode order = record().deepCopy();
        order.put("id", "events.ingress/1/0/43");
        order.put("dataset", "orders");
        entries.add(order);
        ObjectNode nobody = record().deepCopy();
        nobody.put("id", "events.ingress/1/0/44");
        nobody.remove("subject");
        entries.add(nobody);
        for (String outcome : List.of("quarantined", "duplicate")) {
            ObjectNode undecided = record().deepCopy();
            undecided.put("id", "events.ingress/1/0/" + outcome.length());
            undecided.remove("recipients");
            undecided.putObject("outcome").put("code", outcome).put("reason", "seal-invalid");
            entries.add(undecided);
        }
        entries.add(tree(Map.of(
                "id",
                "events.ingress/1/0/99",
                "type",
                "io.sluice.audit.choice",
                "tenant",
                "acme",
                "writer",
                "protect/0",
                "recorded",
                "2026-11-23T10:00:02.000000Z",
                "subject",
                Map.of("ref", SUBJECT),
                "choice",
                Map.of("kind", "objection", "purposes", List.of("marketing")),
                "outcome",
                Map.of("code", "applied"))));
        ACTS.forEach(code -> entries.add(act(code)));
        entries.add(tree(Map.of("id", "0199-bare", "type", "io.sluice.audit.act")));
        return entries;
    }

    private static ObjectNode record() {
        return (ObjectNode) tree(Map.ofEntries(
                Map.entry("specversion", "1.0"),
                Map.entry("id", "events.ingress/1/0/42"),
                Map.entry("type", "io.sluice.audit.record"),
                Map.entry("tenant", "acme"),
                Map.entry("writer", "protect/0"),
                Map.entry("time", "2026-11-23T10:00:00.000000Z"),
                Map.entry("recorded", "2026-11-23T10:00:01.123456Z"),
                Map.entry("event", "0199-event"),
                Map.entry("dataset", "fhir-patient"),
                Map.entry("producer", "st-elsewhere"),
                Map.entry("purpose", "treatment"),
                Map.entry("controller", "St. Elsewhere Hospital"),
                Map.entry("subject", Map.of("ref", SUBJECT, "region", "US")),
                Map.entry("policy", Map.of("activation", 7, "revision", 3, "bundle", BUNDLE)),
                Map.entry("outcome", Map.of("code", "decided")),
                Map.entry(
                        "recipients",
                        List.of(
                                Map.of(
                                        "id",
                                        "research",
                                        "disposition",
                                        "release",
                                        "releasedId",
                                        RELEASED,
                                        "plan",
                                        "d".repeat(64),
                                        "patterns",
                                        List.of(List.of(0, 1), List.of(2, 4)),
                                        "undeclared",
                                        3,
                                        "legal",
                                        Map.of("purpose", "research", "hipaa", "164.514(b)"),
                                        "reasons",
                                        List.of(Map.of("rule", "safe-harbor", "clause", "164.514(b)(2)"))),
                                Map.of(
                                        "id", "billing",
                                        "disposition", "withhold",
                                        "reasons", List.of(Map.of("rule", "default-deny", "clause", ""))),
                                Map.of("id", "care", "disposition", "quarantine", "code", "transform-failed")))));
    }

    private static JsonNode act(String code) {
        return tree(Map.of(
                "id", "0199-" + code,
                "type", "io.sluice.audit.act",
                "tenant", "acme",
                "writer", "audit/0",
                "time", "2026-11-23T10:00:03.000000Z",
                "recorded", "2026-11-23T10:00:03.000000Z",
                "code", code,
                "actor", "ada",
                "detail", Map.of("count", 1)));
    }

    private static JsonNode tree(Map<String, Object> json) {
        return read(CanonicalJson.bytes(json));
    }

    private static JsonNode read(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> fhir(JsonNode entry) {
        return fhir(0, entry);
    }

    private static List<JsonNode> fhir(long index, JsonNode entry) {
        return lines(new AuditEvents(), index, entry);
    }

    private static List<JsonNode> ocsf(long index, JsonNode entry) {
        return lines(new OcsfEvents(), index, entry);
    }

    private static List<JsonNode> lines(EventForm form, long index, JsonNode entry) {
        return new String(form.lines(ORIGIN, index, entry, "What it means."), StandardCharsets.UTF_8)
                .lines()
                .map(line -> read(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                EventFormsTest.class.getResourceAsStream("/ocsf/api_activity.schema.json"), "no schema")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(MAPPER.readTree(in));
        }
    }
}
