package io.sluice.protection.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.SecurityLabel;
import io.sluice.protection.text.Identifiers;
import io.sluice.protection.text.TextLimits;
import io.sluice.protection.text.TextMasker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the shipped rulebook releases of the sample is still FHIR R4, by the word of HAPI's parser and validator: every view
 * parses strictly, and one view of every shape validates.
 */
class ViewsAreFhirTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final FhirContext FHIR = FhirContext.forR4();
    private static final IParser STRICT = FHIR.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    private static final DefaultProfileValidationSupport DEFINITIONS = new DefaultProfileValidationSupport(FHIR);
    private static final FhirValidator VALIDATOR = validator();

    /** A view, and the record that it is of. */
    private record Released(String recipient, JsonNode source, byte[] bytes) {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static final List<Released> VIEWS = new ArrayList<>();

    @BeforeAll
    static void release() throws Exception {
        Protector protector = Plans.protector();
        Map<String, Map<String, CompiledPlan>> compiled = new TreeMap<>();
        for (String dataset : ShippedPlans.datasets().values()) {
            Map<String, CompiledPlan> plans = new TreeMap<>();
            for (Map.Entry<String, ProtectionPlan> plan :
                    ShippedPlans.of(dataset).entrySet()) {
                plans.put(plan.getKey(), protector.compile(plan.getValue()));
            }
            compiled.put(dataset, plans);
        }
        for (JsonNode resource : resources()) {
            String dataset = Objects.requireNonNull(
                    ShippedPlans.datasets().get(resource.path("resourceType").asText()));
            assertThat(protector.read(MAPPER.writeValueAsBytes(resource))).isTrue();
            for (Map.Entry<String, CompiledPlan> plan :
                    Objects.requireNonNull(compiled.get(dataset)).entrySet()) {
                View view = protector.protect(plan.getValue(), Plans.CONTEXT);
                assertThat(view).isInstanceOf(View.Protected.class);
                VIEWS.add(new Released(plan.getKey(), resource, ((View.Protected) view).bytes()));
            }
        }
        // Nobody of the sample is over 89.
        ObjectNode old = resources().stream()
                .filter(resource -> resource.path("resourceType").asText().equals("Patient"))
                .findFirst()
                .orElseThrow()
                .deepCopy();
        old.put("birthDate", "1931-02-03");
        protector.read(MAPPER.writeValueAsBytes(old));
        View view = protector.protect(
                Objects.requireNonNull(
                        Objects.requireNonNull(compiled.get("fhir-patient")).get("research")),
                Plans.CONTEXT);
        VIEWS.add(new Released("research", old, ((View.Protected) view).bytes()));
    }

    @Test
    void everyViewParsesStrictly() {
        assertThat(VIEWS).hasSize(2_231 + 2_231 + 1_121 + 1);
        for (Released view : VIEWS) {
            try {
                assertThat(STRICT.parseResource(view.text()).fhirType())
                        .isEqualTo(view.source().path("resourceType").asText());
            } catch (DataFormatException e) {
                throw new AssertionError(view.recipient() + ": " + e.getMessage() + "\n" + view.text(), e);
            }
        }
        assertThatThrownBy(() -> STRICT.parseResource("{\"resourceType\":\"Observation\",\"strange\":1}"))
                .as("the parser can fail")
                .isInstanceOf(DataFormatException.class);
    }

    /** One view of every shape. What is left of its faults must be one that a rule below names. */
    @Test
    void everyShapeOfViewValidates() throws IOException {
        Set<String> shapes = new HashSet<>();
        Map<String, Set<String>> faultsOfSource = new TreeMap<>();
        Set<String> faults = new TreeSet<>();
        int withheld = 0;
        for (Released view : VIEWS) {
            if (!shapes.add(view.recipient() + shape("", MAPPER.readTree(view.bytes())))) {
                continue;
            }
            for (SingleValidationMessage message : errors(view.text())) {
                if (isRequiredButWithheld(message)) {
                    withheld++;
                    continue;
                }
                Set<String> known = faultsOfSource.computeIfAbsent(
                        view.source().path("id").asText(), id -> faultsOf(view.source()));
                if (!known.contains(fault(message))) {
                    faults.add(view.recipient() + " "
                            + view.source().path("resourceType").asText() + " " + message.getLocationString() + ": "
                            + message.getMessage());
                }
            }
        }
        assertThat(shapes).hasSizeGreaterThan(60);
        assertThat(withheld).as("the rule is used").isPositive();
        assertThat(faults).isEmpty();
    }

    /** Texts that a rulebook opens are still what FHIR says of them, and name nobody that the record names. */
    @Test
    void openedTextsValidate() throws Exception {
        Protector protector = Plans.protector();
        List<JsonNode> records = new ArrayList<>(
                resources().stream().filter(resource -> resource.has("text")).toList());
        assertThat(records).hasSize(35);
        records.add(MAPPER.readTree("""
                {"resourceType":"DiagnosticReport","status":"final","code":{"text":"panel"},
                 "subject":{"reference":"Patient/77aa","display":"Zebulon Quackenbush"},
                 "text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'><h1 class='x'>Zebulon</h1><table border='1'><tr><td colspan='2' style='x'>4 &lt; 5</td></tr></table><img src='#a' alt='Quackenbush'/><a name='z'>a</a></div>"},
                 "conclusion":"Quackenbush is well","presentedForm":[{"contentType":"text/html","title":"of Zebulon","data":"PHA+WmVidWxvbjxicj5maW5lPC9wPg==","size":22,"hash":"aGFzaA=="},
                  {"contentType":"application/pdf","data":"JVBERi0xLjcK"}]}"""));
        for (JsonNode record : records) {
            String dataset = Objects.requireNonNull(
                    ShippedPlans.datasets().get(record.path("resourceType").asText()));
            protector.read(MAPPER.writeValueAsBytes(record));
            Identifiers known = protector
                    .identifiers(protector.identifierFields(ShippedPlans.dataset(dataset), ShippedPlans.classes()))
                    .all();
            View view = protector.protect(
                    protector.compile(
                            ShippedPlans.textsOf(dataset, "/resourceType", "/status", "/intent", "/code/text")),
                    new RecordContext(
                            Plans.DAY,
                            Plans.CONTEXT.subjectRef(),
                            Plans.CONTEXT.releasedId(),
                            TextMasker.of(known, TextLimits.DEFAULT)));
            String text = new String(((View.Protected) view).bytes(), StandardCharsets.UTF_8);

            assertThat(text).contains("\"div\":\"<div xmlns=");
            assertThat(STRICT.parseResource(text)).isNotNull();
            assertThat(errors(text).stream()
                            .filter(message -> !isRequiredButWithheld(message))
                            .map(SingleValidationMessage::getMessage))
                    .as(text)
                    .isEmpty();
            known.values().stream()
                    .filter(one -> one.value().length() > 4)
                    .forEach(one -> assertThat(text).doesNotContain(one.value()));
        }
    }

    /** What the log exports as AuditEvents (EventFormsTest) is FHIR R4 too. */
    @Test
    void exportedAuditEventsValidate() throws IOException {
        List<String> events = Files.readAllLines(
                Path.of(System.getProperty("sluice.home"), "audit/src/test/resources/export/audit-events.ndjson"));
        assertThat(events).hasSizeGreaterThan(30);
        for (String event : events) {
            assertThat(STRICT.parseResource(event).fhirType()).isEqualTo("AuditEvent");
            assertThat(errors(event)).as(event).isEmpty();
        }
        assertThat(errors(events.get(0).replace("\"recorded\"", "\"issued\"")))
                .as("the validator can fail")
                .isNotEmpty();
    }

    /**
     * A required element that the policy withheld is missed, and the labels say so; nothing else may be wrong with a view.
     * org-1: an organization has a name or an identifier, and research gets neither.
     */
    private static boolean isRequiredButWithheld(SingleValidationMessage message) {
        return "Validation_VAL_Profile_Minimum".equalsIgnoreCase(message.getMessageId())
                || message.getMessage().contains("org-1:");
    }

    /** What is wrong with the record itself is not the view's fault. */
    private static Set<String> faultsOf(JsonNode source) {
        Set<String> faults = new HashSet<>();
        errors(source.toString()).forEach(message -> faults.add(fault(message)));
        return faults;
    }

    private static String fault(SingleValidationMessage message) {
        return message.getMessageId() + " at "
                + String.valueOf(message.getLocationString()).replaceAll("\\[[0-9]+]", "");
    }

    @Test
    void theValidatorCanFail() {
        for (String bad : List.of(
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"strange\":1}",
                "{\"resourceType\":\"Patient\",\"birthDate\":\"90+\"}",
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"issued\":\"2011\"}",
                "{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"http://example.org/x\"}]}")) {
            assertThat(errors(bad)).as(bad).isNotEmpty().noneMatch(ViewsAreFhirTest::isRequiredButWithheld);
        }
    }

    @Test
    void deidentifiedViewsSayWhatWasDoneAndOthersDoNot() throws IOException {
        CodeSystem codes = (CodeSystem) Objects.requireNonNull(DEFINITIONS.fetchCodeSystem(SecurityLabel.SYSTEM));
        Set<String> known = new HashSet<>();
        codes.getConcept().forEach(concept -> concepts(concept, known));
        Set<String> used = new TreeSet<>();
        for (Released view : VIEWS) {
            JsonNode security = MAPPER.readTree(view.bytes()).path("meta").path("security");
            assertThat(security.isMissingNode())
                    .as(view.recipient())
                    .isEqualTo(!view.recipient().equals("research"));
            security.forEach(label -> used.add(label.path("code").asText()));
        }
        assertThat(used).containsExactly("ABSTRED", "PSEUDED", "REDACTED");
        for (SecurityLabel label : SecurityLabel.values()) {
            assertThat(known).contains(label.name());
        }
    }

    private static void concepts(CodeSystem.ConceptDefinitionComponent concept, Set<String> codes) {
        codes.add(concept.getCode());
        concept.getConcept().forEach(child -> concepts(child, codes));
    }

    private static List<SingleValidationMessage> errors(String resource) {
        return VALIDATOR.validateWithResult(resource).getMessages().stream()
                .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
                .toList();
    }

    /** No code system but FHIR's own is at hand, so codes are not looked up; structure, types and invariants are. */
    private static FhirValidator validator() {
        FhirInstanceValidator validator = new FhirInstanceValidator(new ValidationSupportChain(
                DEFINITIONS,
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR)));
        validator.setNoTerminologyChecks(true);
        validator.setAnyExtensionsAllowed(true);
        validator.setErrorForUnknownProfiles(false);
        return FHIR.newValidator().registerValidatorModule(validator);
    }

    private static String shape(String path, JsonNode node) {
        if (node.isValueNode()) {
            return "";
        }
        TreeSet<String> below = new TreeSet<>();
        if (node.isObject()) {
            node.properties().forEach(member -> below.add(member.getKey() + shape(path, member.getValue())));
        } else {
            node.forEach(element -> below.add("*" + shape(path, element)));
        }
        return below.toString();
    }

    private static List<JsonNode> resources() throws IOException {
        List<JsonNode> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                MAPPER.readTree(file.toFile()).path("entry").forEach(entry -> found.add(entry.path("resource")));
            }
        }
        return found;
    }
}
