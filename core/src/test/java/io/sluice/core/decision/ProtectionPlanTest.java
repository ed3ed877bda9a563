package io.sluice.core.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProtectionPlanTest {
    private static final FieldRule SKU =
            new FieldRule(FieldPattern.parse("/sku"), TransformSpec.of(TransformKind.KEEP), "orders");
    private static final FieldRule EMAIL = new FieldRule(
            FieldPattern.parse("/email"),
            new TransformSpec(TransformKind.GENERALISE, "email-domain", new TreeMap<>()),
            "orders");

    @Test
    void isAddressedByItsContentWhateverTheOrderOfItsRules() {
        assertThat(plan(SKU, EMAIL).digest()).isEqualTo(plan(EMAIL, SKU).digest());
        assertThat(new String(plan(SKU, EMAIL).canonical(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"dataset\":\"orders\",\"envelope\":{\"key\":\"id\",\"policy\":false,\"source\":\"dataset\","
                                + "\"subject\":\"drop\",\"time\":\"year\"},\"fields\":[{\"params\":{},\"pattern\":\"/email\","
                                + "\"rule\":\"orders\",\"transform\":\"generalise.email-domain\"},{\"params\":{},\"pattern\":\"/sku\","
                                + "\"rule\":\"orders\",\"transform\":\"keep\"}],\"format\":\"json\",\"purpose\":\"newsletter\","
                                + "\"recipient\":\"marketing\",\"undeclared\":\"drop\",\"version\":1}");
    }

    @Test
    void labelsArePartOfThePlanAndOfFhirOnly() {
        ProtectionPlan plain = new ProtectionPlan(
                "research", "study", "x", Dataset.Format.FHIR, List.of(SKU), Dataset.Undeclared.DROP, Envelope.CLOSED);
        ProtectionPlan labelled = new ProtectionPlan(
                "research",
                "study",
                "x",
                Dataset.Format.FHIR,
                List.of(SKU),
                Dataset.Undeclared.DROP,
                Envelope.CLOSED,
                true);

        assertThat(new String(plain.canonical(), StandardCharsets.UTF_8)).doesNotContain("labels");
        assertThat(new String(labelled.canonical(), StandardCharsets.UTF_8)).contains("\"labels\":true");
        assertThatThrownBy(() -> new ProtectionPlan(
                        "research",
                        "study",
                        "x",
                        Dataset.Format.JSON,
                        List.of(),
                        Dataset.Undeclared.DROP,
                        Envelope.CLOSED,
                        true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyKindButKeepHasALabel() {
        for (TransformKind kind : TransformKind.values()) {
            assertThat(SecurityLabel.of(kind).isPresent()).as(kind.code()).isEqualTo(kind != TransformKind.KEEP);
        }
        assertThat(SecurityLabel.of(TransformKind.PSEUDONYMISE)).contains(SecurityLabel.PSEUDED);
        assertThat(SecurityLabel.of(TransformKind.DROP)).contains(SecurityLabel.REDACTED);
    }

    @Test
    void aReleaseWithoutAPlanCannotBeSaid() {
        assertThatThrownBy(() -> new RecipientDecision("marketing", Disposition.RELEASE, null, null, null, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theDecisionInputHasOneForm() {
        ReleaseInput input = new ReleaseInput(
                LocalDate.parse("2026-11-23"),
                "orders",
                "shop",
                "webshop",
                "Webshop BV",
                "sale",
                null,
                List.of("newsletter"),
                List.of(),
                List.of(),
                new TreeMap<>());

        assertThat(new String(input.canonical(), StandardCharsets.UTF_8))
                .isEqualTo("{\"attributes\":{},\"controller\":\"shop\",\"dataset\":\"orders\",\"day\":\"2026-11-23\","
                        + "\"producer\":{\"id\":\"webshop\",\"org\":\"Webshop BV\"},\"purpose\":\"sale\","
                        + "\"subject\":{\"consents\":[\"newsletter\"],\"objections\":[],\"restrictions\":[]}}");
    }

    private static ProtectionPlan plan(FieldRule... rules) {
        return new ProtectionPlan(
                "marketing",
                "newsletter",
                "orders",
                Dataset.Format.JSON,
                List.of(rules),
                Dataset.Undeclared.DROP,
                Envelope.CLOSED);
    }
}
