package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.audit.TextFindings;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.protection.text.Identifier;
import io.sluice.protection.text.Identifier.Kind;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.TextLimits;
import io.sluice.protection.text.TextMasker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Free texts that a rulebook opens: whatever corner of a record holds one, nothing that is known comes out of it. */
class OpenedTextsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Identifiers ZEB = Identifiers.of(
            List.of(
                    new Identifier(Kind.NAME, "Quackenbush"),
                    new Identifier(Kind.NAME, "Zebulon"),
                    new Identifier(Kind.NUMBER, "987-65-4321"),
                    new Identifier(Kind.PHONE, "617-555-0142"),
                    new Identifier(Kind.EMAIL, "zeb@example.net"),
                    new Identifier(Kind.ADDRESS, "12 Rookery Lane"),
                    new Identifier(Kind.DATE, "1949-07-21")),
            TextLimits.DEFAULT);

    private static final List<String> SECRETS = List.of(
            "quackenbush",
            "zebulon",
            "987654321",
            "6175550142",
            "zebexamplenet",
            "12rookerylane",
            "19490721",
            "07211949");

    private static final String PLAIN =
            "Zebulon QUACKENBUSH (987-65-4321, born 07/21/1949), 617.555.0142, zeb@example.net, 12 Rookery Lane; aspirin";
    private static final String MARKED =
            "<p>Zeb<b>ulon</b> Quacken\u00adbush &#40;987<i>-65-</i>4321, 07&#x2f;21/1949), (617) 555-0142, zeb&#64;example.net,"
                    + " 12  Rookery <i title=\"Zebulon\">Lane</i>; aspirin</p>";

    static Stream<String> types() {
        return ShippedPlans.datasets().keySet().stream();
    }

    /** Into each scalar of a record that has all goes the text, in each form; other fields are closed. */
    @ParameterizedTest
    @MethodSource("types")
    void nothingKnownComesOutOfAnyText(String type) throws Exception {
        String dataset = Objects.requireNonNull(ShippedPlans.datasets().get(type));
        ObjectNode full = FullRecord.of(type, ShippedPlans.dataset(dataset));
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(ShippedPlans.textsOf(dataset));
        List<UnaryOperator<String>> forms = List.of(
                text -> PLAIN,
                text -> "<div>" + MARKED + "</div>",
                text -> base64(PLAIN),
                text -> base64(
                        "<html><head><title>Zebulon</title></head><body>" + MARKED + "<!-- Zebulon --></body></html>"));
        List<String> leaks = new ArrayList<>();
        int written = 0;
        for (UnaryOperator<String> form : forms) {
            for (String contentType : List.of("text/plain", "text/html", "application/pdf")) {
                JsonNode record = replaced(full, "", form, contentType);
                protector.read(MAPPER.writeValueAsBytes(record));
                View.Protected view =
                        (View.Protected) protector.protect(plan, context(TextMasker.of(ZEB, TextLimits.DEFAULT)));
                written += leaves(MAPPER.readTree(view.bytes()), "", leaks);
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(written).as("texts that came out").isPositive();
    }

    @ParameterizedTest
    @MethodSource("types")
    void nothingComesOutWhereTheSubjectIsUnknown(String type) throws Exception {
        String dataset = Objects.requireNonNull(ShippedPlans.datasets().get(type));
        Protector protector = Plans.protector();
        CompiledPlan plan = protector.compile(ShippedPlans.textsOf(dataset));
        protector.read(MAPPER.writeValueAsBytes(FullRecord.of(type, ShippedPlans.dataset(dataset))));

        View.Protected view = (View.Protected) protector.protect(plan, Plans.CONTEXT);

        assertThat(new String(view.bytes(), StandardCharsets.UTF_8)).isEqualTo("{}");
        assertThat(view.findings().dropped()).containsOnlyKeys("subject-unknown");
    }

    /** The text stands before the names; the record is read once all the same. */
    @Test
    void aRecordThatSaysWhoItIsAboutNeedsNoMemory() throws Exception {
        String patient = """
                {"resourceType":"Patient","text":{"status":"generated","div":"<div>Quackenbush, Zebulon: 4711-A</div>"},
                 "name":[{"family":"Quackenbush","given":["Zebulon"]}],"contact":[{"name":{"family":"Lovelace"}}],
                 "identifier":[{"value":"4711-A"}],"photo":[{"data":"aGVsbG8gd29ybGQ="}],"id":"urn:uuid:p-0815"}""";
        Protector protector = Plans.protector();
        IdentifierFields fields =
                protector.identifierFields(ShippedPlans.dataset("fhir-patient"), ShippedPlans.classes());
        protector.read(patient.getBytes(StandardCharsets.UTF_8));
        RecordIdentifiers named = protector.identifiers(fields);

        assertThat(named.subject()).isEqualTo(named.all());
        assertThat(named.all().values())
                .containsExactlyInAnyOrder(
                        new Identifier(Kind.NAME, "Quackenbush"),
                        new Identifier(Kind.NAME, "Zebulon"),
                        new Identifier(Kind.NAME, "Lovelace"),
                        new Identifier(Kind.NUMBER, "4711-A"),
                        new Identifier(Kind.NUMBER, "p-0815"));
        View.Protected view = (View.Protected) protector.protect(
                protector.compile(ShippedPlans.textsOf("fhir-patient")),
                context(TextMasker.of(named.all(), TextLimits.DEFAULT)));
        assertThat(new String(view.bytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">"
                                + "[name], [name]: [number]</div>\"}}");
        assertThat(view.findings())
                .isEqualTo(new TextFindings(new TreeMap<>(Map.of("name", 2, "number", 1)), new TreeMap<>()));
    }

    /** Of an Observation what stands at its subject is the subject's; a performer is another person. */
    @Test
    void tellsTheSubjectFromOthers() throws Exception {
        String report = """
                {"resourceType":"DiagnosticReport","subject":{"reference":"Patient/77aa","display":"Zebulon Quackenbush"},
                 "performer":[{"reference":"Practitioner/88bb","display":"Ada Lovelace"}],"conclusion":"Ann"}""";
        Protector protector = Plans.protector();
        protector.read(report.getBytes(StandardCharsets.UTF_8));
        RecordIdentifiers named = protector.identifiers(
                protector.identifierFields(ShippedPlans.dataset("fhir-diagnostic-report"), ShippedPlans.classes()));

        assertThat(named.subject().values())
                .containsExactlyInAnyOrder(
                        new Identifier(Kind.NUMBER, "77aa"), new Identifier(Kind.NAME, "Zebulon Quackenbush"));
        assertThat(named.all().values())
                .contains(new Identifier(Kind.NAME, "Ada Lovelace"), new Identifier(Kind.NUMBER, "88bb"))
                .hasSize(4);
    }

    /** A hash of what it was is a fingerprint, and no longer true. */
    @Test
    void anAttachmentLosesItsHashAndSize() {
        ProtectionPlan plan = Plans.fhir(
                "/presentedForm/*/contentType",
                "keep",
                "/presentedForm/*/data",
                "mask.identifiers",
                "/presentedForm/*/hash",
                "keep",
                "/presentedForm/*/size",
                "keep",
                "/content/*/hash",
                "keep",
                "/content/*/data",
                "redact");
        String json = "{\"presentedForm\":[{\"hash\":\"aGFzaA==\",\"size\":7,\"contentType\":\"text/plain\",\"data\":\""
                + base64("Zebulon!")
                + "\"},{\"contentType\":\"image/png\",\"data\":\"iVBORw0KGgo=\",\"hash\":\"aGFzaA==\"}],"
                + "\"content\":[{\"hash\":\"aGFzaA==\",\"data\":\"x\"}]}";
        assertThat(text(plan, json))
                .isEqualTo(
                        "{\"presentedForm\":[{\"contentType\":\"text/plain\",\"data\":\"" + base64("[name]!")
                                + "\"},{\"contentType\":\"image/png\"}],\"content\":[{\"hash\":\"aGFzaA==\",\"data\":\"[redacted]\"}]}");
    }

    @Test
    void aNarrativeGoesAsAWholeOrNotAtAll() {
        ProtectionPlan plan = Plans.fhir("/text/status", "keep", "/text/div", "mask.identifiers", "/id", "keep");
        assertThat(text(plan, "{\"text\":{\"status\":\"generated\",\"div\":\"<p>no div</p>\"},\"id\":\"1\"}"))
                .isEqualTo("{\"id\":\"1\"}");
    }

    @Test
    void whatIsNoStringIsALookedIntoTextToo() {
        ProtectionPlan plan = Plans.json("/note/**", "mask.identifiers");
        assertThat(text(plan, "{\"note\":[null,true,6175550142,4,\"Zebulon\",\"\\ud800\",{\"data\":\"Zebulon\"}]}"))
                .isEqualTo("{\"note\":[null,\"true\",\"[phone]\",\"4\",\"[name]\",{\"data\":\"[name]\"}]}");
    }

    private static String text(ProtectionPlan plan, String json) {
        try {
            Protector protector = Plans.protector();
            protector.read(json.getBytes(StandardCharsets.UTF_8));
            View view = protector.protect(protector.compile(plan), context(TextMasker.of(ZEB, TextLimits.DEFAULT)));
            return new String(((View.Protected) view).bytes(), StandardCharsets.UTF_8);
        } catch (PlanRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static RecordContext context(TextMasker texts) {
        return new RecordContext(Plans.DAY, Plans.CONTEXT.subjectRef(), Plans.CONTEXT.releasedId(), texts);
    }

    /** The record with each text in that form; types of attachments are one type. */
    private static JsonNode replaced(JsonNode node, String name, UnaryOperator<String> form, String contentType) {
        if (node.isObject()) {
            ObjectNode object = MAPPER.createObjectNode();
            node.properties()
                    .forEach(member -> object.set(
                            member.getKey(), replaced(member.getValue(), member.getKey(), form, contentType)));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = MAPPER.createArrayNode();
            node.forEach(element -> array.add(replaced(element, "", form, contentType)));
            return array;
        }
        // What tells elements apart stays, or other rules would be met.
        boolean tells = List.of("resourceType", "url", "system", "code").contains(name);
        return tells
                ? node
                : MAPPER.getNodeFactory()
                        .textNode(name.equals("contentType") ? contentType : form.apply(node.asText()));
    }

    /** Counts the texts that came out, and notes what is known in them. */
    private static int leaves(JsonNode node, String name, List<String> leaks) {
        if (node.isContainerNode()) {
            int found = 0;
            if (node.isObject()) {
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    found += leaves(member.getValue(), member.getKey(), leaks);
                }
            } else {
                for (JsonNode element : node) {
                    found += leaves(element, "", leaks);
                }
            }
            return found;
        }
        String text = name.equals("data")
                ? new String(Base64.getDecoder().decode(node.asText()), StandardCharsets.UTF_8)
                : node.asText();
        String flat =
                text.replaceAll("<[^>]*>", "").replaceAll("[^A-Za-z0-9]", "").toLowerCase(java.util.Locale.ROOT);
        SECRETS.stream().filter(flat::contains).forEach(secret -> leaks.add(name + ": " + text));
        return text.contains("aspirin") ? 1 : 0;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
