package io.sluice.policies.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.policies.Shipped;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What takes the data protection officer's approval: everything that may open a special category, and nothing else. */
class SpecialOpeningsTest {
    private static final String OBSERVATION = "/matrix/fhir-observation/research/fields";
    private static final String VALUE = "/valueQuantity/value";

    private static List<String> opened(Consumer<ObjectNode> edit) {
        ObjectNode after = Shipped.bundle().document().deepCopy();
        edit.accept(after);
        return SpecialOpenings.of(Shipped.bundle().document(), after, false);
    }

    private static ObjectNode at(ObjectNode document, String pointer) {
        return (ObjectNode) document.at(pointer);
    }

    private static Consumer<ObjectNode> rule(String transform) {
        return document ->
                at(document, OBSERVATION).withObject("/" + escaped(VALUE)).put("transform", transform);
    }

    private static String escaped(String pattern) {
        return pattern.replace("/", "~1");
    }

    @Test
    void theFirstRevisionOpensAllThatItOpens() {
        assertThat(SpecialOpenings.of(null, Shipped.bundle()))
                .contains("fhir-observation for research: " + VALUE + ": closed -> keep")
                .noneMatch(line -> line.contains("orders"));
    }

    @Test
    void theSameTablesOpenNothingAndNeitherDoesWhatCloses() {
        assertThat(SpecialOpenings.of(Shipped.bundle(), Shipped.bundle())).isEmpty();
        assertThat(opened(rule("drop"))).isEmpty();
        assertThat(opened(rule("encrypt"))).isEmpty();
        assertThat(opened(document -> at(document, "/matrix/fhir-observation").remove("research")))
                .isEmpty();
        assertThat(opened(
                        document -> at(document, "/rulebook/recipients/billing").put("name", "Another")))
                .isEmpty();
        assertThat(opened(document ->
                        at(document, "/matrix/fhir-patient/billing/fields/~1id").put("transform", "keep")))
                .as("ordinary data")
                .isEmpty();
    }

    @Test
    void aStepBackAlongTheOrderOfStrictnessOpens() {
        ObjectNode strict = Shipped.bundle().document().deepCopy();
        rule("mask").accept(strict);
        assertThat(SpecialOpenings.of(strict, Shipped.bundle().document(), false))
                .containsExactly("fhir-observation for research: " + VALUE + ": mask -> keep");
    }

    @Test
    void otherParametersOfOneTransformMayOpen() {
        assertThat(opened(document -> at(document, OBSERVATION)
                        .withObject("/" + escaped(VALUE))
                        .putObject("params")
                        .put("size", 2)))
                .singleElement()
                .asString()
                .contains(VALUE);
    }

    @Test
    void aClassOfAnotherKindDoesNotHideWhatItWas() {
        ObjectNode before = Shipped.bundle().document().deepCopy();
        rule("drop").accept(before);
        ObjectNode after = Shipped.bundle().document().deepCopy();
        after.at("/rulebook/classes").forEach(row -> ((ObjectNode) row).put("kind", "ordinary"));
        assertThat(SpecialOpenings.of(before, after, false))
                .containsExactly("fhir-observation for research: " + VALUE + ": closed -> keep");
    }

    /** A new pattern that takes over what a special one named, and an old one whose neighbour went away. */
    @Test
    void aPatternThatCoversWhatWasSpecialOpensIt() {
        String component = "/component/*/valueQuantity/value";
        ObjectNode shut = Shipped.bundle().document().deepCopy();
        at(shut, OBSERVATION).withObject("/" + escaped(component)).put("transform", "drop");
        ObjectNode first = shut.deepCopy();
        at(first, "/rulebook/datasets/fhir-observation/fields")
                .putArray("/component/0/valueQuantity/value")
                .add("date.record");
        at(first, OBSERVATION).putObject("/component/0/valueQuantity/value").put("transform", "keep");
        assertThat(SpecialOpenings.of(shut, first, false))
                .containsExactly("fhir-observation for research: /component/0/valueQuantity/value: closed -> keep");

        ObjectNode before = Shipped.bundle().document().deepCopy();
        at(before, "/rulebook/datasets/orders/fields")
                .putArray("/customer/illness")
                .add("health");
        at(before, "/rulebook/datasets/orders/fields").putArray("/customer/**").add("date.record");
        ObjectNode after = before.deepCopy();
        at(after, "/rulebook/datasets/orders/fields").remove("/customer/illness");
        at(after, "/matrix/orders/marketing/fields").putObject("/customer/**").put("transform", "keep");
        assertThat(SpecialOpenings.of(before, after, false))
                .containsExactly("orders for marketing: /customer/**: closed -> keep");
    }

    @Test
    void otherTermsOfAViewThatHoldsSomethingSpecialMayOpenIt() {
        for (Consumer<ObjectNode> edit : List.<Consumer<ObjectNode>>of(
                document ->
                        at(document, "/matrix/fhir-observation/research/legal").put("hipaa", "another"),
                document -> at(document, "/matrix/fhir-observation/research")
                        .withArray("compatible")
                        .add("newsletter"),
                document -> at(document, "/matrix/fhir-observation/research/agreement")
                        .put("until", "2099-01-01"))) {
            assertThat(opened(edit))
                    .containsExactly("fhir-observation for research: a special category is open, and the terms changed"
                            + " (denials, purpose, legal ground or agreement)");
        }
        assertThat(opened(
                        document -> at(document, "/rulebook/purposes/research").putObject("objection")))
                .anyMatch(line -> line.startsWith("fhir-observation for research: "))
                .noneMatch(line -> line.contains("for care"));
        assertThat(opened(document ->
                        at(document, "/rulebook/recipients/research").put("purpose", "treatment")))
                .isNotEmpty();
    }

    @Test
    void otherRulesInRegoMayOpenAnything() {
        assertThat(SpecialOpenings.of(
                        Shipped.bundle().document(), Shipped.bundle().document(), true))
                .singleElement()
                .asString()
                .contains("Rego");
    }

    @Test
    void aNewGrantToRevealSomethingSpecialOpensIt() {
        assertThat(opened(document -> at(document, "/rulebook/reveal/grants/identity-check")
                        .putArray("classes")
                        .add("health")))
                .singleElement()
                .asString()
                .contains("reveal.yaml");
        assertThat(opened(document -> at(document, "/rulebook/reveal/grants/identity-check")
                        .putArray("classes")
                        .add("identifier.mrn")))
                .isEmpty();
    }
}
