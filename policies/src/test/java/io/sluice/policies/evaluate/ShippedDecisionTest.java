package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Envelope;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.load.LoadedRulebook;
import io.sluice.policies.load.RulebookInvalidException;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShippedDecisionTest {
    private final ActivePolicy policy = Shipped.policy();

    @Test
    void careGetsAPatientAndResearchADeidentifiedView() {
        Decision decision = policy.release(patient("treatment"));
        ProtectionPlan care = plan(decision, "care");
        ProtectionPlan research = plan(decision, "research");

        assertThat(transform(care, "/identifier/[type.coding.code=SS]/value")).isEqualTo("encrypt");
        assertThat(transform(care, "/identifier/[type.coding.code=DL]/value")).isEqualTo("tokenise");
        assertThat(transform(care, "/identifier/[type.coding.code=PPN]/value")).isEqualTo("redact");
        assertThat(transform(care, "/telecom/[system=phone]/value")).isEqualTo("mask");
        assertThat(transform(research, "/birthDate")).isEqualTo("generalise.age90");
        assertThat(transform(research, "/address/*/postalCode")).isEqualTo("generalise.zip3");
        assertThat(transform(research, "/id")).isEqualTo("pseudonymise");
        for (String closed : List.of(
                "/meta/versionId",
                "/name/*/family",
                "/address/*/city",
                "/identifier/*/value",
                "/text/div",
                "/telecom/*/value",
                "/maritalStatus/text",
                "/meta/tag/*/code",
                "/extension/[url$=patient-mothersMaidenName]/valueString",
                "/extension/[url$=patient-birthPlace]/valueAddress/state",
                "/address/*/extension/[url$=geolocation]/extension/*/valueDecimal")) {
            assertThat(transform(research, closed)).as(closed).isEqualTo("drop");
        }
        assertThat(research.envelope())
                .isEqualTo(new Envelope(
                        Envelope.Time.YEAR, Envelope.Subject.DROP, Envelope.Source.DATASET, Envelope.Key.ID, true));
        assertThat(research.labels()).isTrue();
        assertThat(care.labels()).isFalse();
        assertThat(of(decision, "marketing").disposition()).isEqualTo(Disposition.WITHHOLD);
    }

    /** The shipped rulebook opens no free text; a rulebook that does says so in its plans, and only it is remembered for. */
    @Test
    void aTextIsOpenedByWhatLooksInsideWhereAProtectionAsksForIt() {
        assertThat(policy.looksInside()).isFalse();
        BundleBuilder.Built built = withNotesFor("care-fhir");
        VerifiedBundle bundle = new BundleVerifier(Shipped.root())
                .verify(built.archive(), Shipped.approvals(built), InForce.nothing(Shipped.root()), Shipped.NOW);
        try (WasmEngine engine = new WasmEngine(bundle.wasm(), bundle.data(), 1, List.of())) {
            ActivePolicy opened = new ActivePolicy(
                    new Activation(1, bundle.digest(), bundle.revision(), Shipped.TENANT, Shipped.NOW), bundle, engine);
            Decision decision = opened.release(care("fhir-observation", "treatment"));

            assertThat(opened.looksInside()).isTrue();
            assertThat(transform(plan(decision, "care"), "/note/*/text")).isEqualTo("mask.identifiers");
            assertThat(plan(decision, "care").looksInside()).isTrue();
            assertThat(transform(plan(decision, "care"), "/text/div")).isEqualTo("drop");
            assertThat(transform(plan(decision, "research"), "/note/*/text")).isEqualTo("drop");
        }
        assertThatThrownBy(() -> withNotesFor("research-fhir"))
                .isInstanceOf(RulebookInvalidException.class)
                .hasMessageContaining(
                        "profile 'hipaa-safe-harbor' does not allow 'mask.identifiers' for class text.note");
    }

    private static BundleBuilder.Built withNotesFor(String protection) {
        ObjectNode document = Shipped.rulebook().document().deepCopy();
        ((ObjectNode) document.at("/protections/" + protection + "/classes"))
                .putObject("text.note")
                .put("transform", "mask.identifiers")
                .putObject("params");
        return Shipped.builder()
                .build(
                        new LoadedRulebook(
                                document,
                                Shipped.rulebook().files(),
                                Shipped.rulebook().rego()),
                        Shipped.TENANT,
                        1,
                        Shipped.NOT_BEFORE,
                        Shipped.EXPIRES);
    }

    @Test
    void marketingGetsOrdersOnlyWithConsentAndNothingOfPharmacyLines() {
        Decision without = policy.release(order(List.of(), List.of(), List.of()));
        Decision with = policy.release(order(List.of("newsletter"), List.of(), List.of()));
        Decision objected = policy.release(order(List.of("newsletter"), List.of("newsletter"), List.of()));

        assertThat(of(without, "marketing").reasons().get(0).rule()).isEqualTo("no-consent");
        assertThat(transform(plan(with, "marketing"), "/lines/[category=pharmacy]/**"))
                .isEqualTo("drop");
        assertThat(transform(plan(with, "marketing"), "/lines/*/title")).isEqualTo("keep");
        assertThat(Objects.requireNonNull(of(with, "marketing").legal()).consent())
                .isEqualTo("newsletter-2026-02");
        assertThat(of(objected, "marketing").reasons().get(0).rule()).isEqualTo("objection-direct-marketing");
    }

    @Test
    void admissionAnswersWithACode() {
        assertThat(policy.admit(new AdmissionInput("webshop", "orders", null, null))
                        .purpose())
                .isEqualTo("order-fulfilment");
        assertThat(policy.admit(new AdmissionInput("lab", "fhir-patient", null, null))
                        .code())
                .isEqualTo("dataset-not-granted");
        assertThat(policy.admit(new AdmissionInput("lab", "nothing", null, null))
                        .code())
                .isEqualTo("dataset-unknown");
        assertThat(policy.admit(new AdmissionInput("st-elsewhere", "fhir-patient", null, null))
                        .code())
                .isEqualTo("purpose-required");
        assertThat(policy.admit(new AdmissionInput("lab", "fhir-observation", "payment", null))
                        .code())
                .isEqualTo("purpose-not-granted");
        assertThat(policy.admit(new AdmissionInput("webshop", null, null, "webshop-eu"))
                        .allow())
                .isTrue();
        assertThat(policy.admit(new AdmissionInput("lab", null, null, "webshop-eu"))
                        .code())
                .isEqualTo("choices-not-granted");
        assertThat(policy.admit(new AdmissionInput("nobody", "orders", null, null))
                        .code())
                .isEqualTo("denied");
    }

    @Test
    void aGroupFindsTheDatasetByTheResourceType() {
        DatasetGroup fhir = policy.group("fhir").orElseThrow();
        assertThat(fhir.at()).isEqualTo("/resourceType");
        assertThat(fhir.datasets())
                .hasSize(13)
                .containsEntry("Patient", "fhir-patient")
                .containsEntry("ExplanationOfBenefit", "fhir-explanation-of-benefit");
    }

    static String transform(ProtectionPlan plan, String pattern) {
        return plan.fields().stream()
                .filter(rule -> rule.pattern().text().equals(pattern))
                .map(FieldRule::transform)
                .map(TransformSpec::name)
                .findFirst()
                .orElse("undeclared");
    }

    static ProtectionPlan plan(Decision decision, String recipient) {
        return Objects.requireNonNull(of(decision, recipient).plan(), "nothing is released");
    }

    static RecipientDecision of(Decision decision, String recipient) {
        return Objects.requireNonNull(decision.recipients().get(recipient), "no such recipient");
    }

    static ReleaseInput patient(String purpose) {
        return care("fhir-patient", purpose);
    }

    private static ReleaseInput care(String dataset, String purpose) {
        return new ReleaseInput(
                LocalDate.of(2026, 11, 23),
                dataset,
                "st-elsewhere",
                "st-elsewhere",
                "St. Elsewhere Hospital",
                purpose,
                "US",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>());
    }

    static ReleaseInput order(List<String> consents, List<String> objections, List<String> restrictions) {
        return new ReleaseInput(
                LocalDate.of(2026, 11, 23),
                "orders",
                "webshop-eu",
                "webshop",
                "Webshop Europe GmbH",
                "order-fulfilment",
                "EEA",
                consents,
                objections,
                restrictions,
                new TreeMap<>(Map.of("channel", "web")));
    }
}
