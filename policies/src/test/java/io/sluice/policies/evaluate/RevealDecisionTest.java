package io.sluice.policies.evaluate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.Shipped;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policy says about revealing, and what is no answer. */
class RevealDecisionTest {
    private static final RevealInput SSN = new RevealInput.Value(
            LocalDate.parse("2026-11-26"),
            "ada",
            "payment",
            "fhir-patient",
            "treatment",
            List.of("/identifier/[type.coding.code=SS]/value"),
            "encrypt",
            "care-identity",
            false);

    @Test
    void theShippedRulebookLetsThePrivacyOfficer() {
        RevealDecision decision = Shipped.policy().reveal(SSN);

        assertThat(decision).isInstanceOf(RevealDecision.Allowed.class);
        assertThat(((RevealDecision.Allowed) decision).reason().rule()).isEqualTo("identity-check");
        assertThat(((RevealDecision.Allowed) decision).legal()).containsEntry("purpose", "payment");
    }

    @Test
    void whatIsNotAnsweredIsDenied() {
        assertThat(answering(null).reveal(SSN)).isEqualTo(RevealDecision.Denied.UNDEFINED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "true",
                "{\"allow\":\"yes\"}",
                "{\"allow\":true}",
                "{\"allow\":true,\"rule\":\"r\"}",
                "{\"allow\":true,\"rule\":\"r\",\"clause\":\"c\",\"but\":1}",
                "{\"allow\":true,\"rule\":\"r\",\"clause\":\"c\",\"legal\":{\"hipaa\":1}}",
                "{\"allow\":true,\"rule\":\"r\",\"clause\":\"c\",\"reviewWithinHours\":0}",
                "{\"allow\":true,\"rule\":\"r\",\"clause\":\"c\",\"reviewWithinHours\":721}",
                "{\"allow\":false}"
            })
    void whatIsNoAnswerRevealsNothing(String answer) {
        assertThatThrownBy(() -> answering(answer).reveal(SSN)).isInstanceOf(DecisionInvalidException.class);
    }

    @Test
    void tellsWhatViewsDoToAField() {
        Dataset patients = requireNonNull(Shipped.policy().rulebook().datasets().get("fhir-patient"));

        List<FieldRule> rules =
                Shipped.policy().rules(patients, "treatment", patients.patternsAt("/identifier/1/value"));

        assertThat(rules)
                .extracting(rule -> rule.transform().kind())
                .contains(TransformKind.ENCRYPT, TransformKind.TOKENISE, TransformKind.KEEP);
        assertThat(Shipped.policy().rules(patients, "curiosity", patients.patternsAt("/identifier/1/value")))
                .isEmpty();
    }

    private static ActivePolicy answering(@org.jspecify.annotations.Nullable String answer) {
        PolicyEngine engine = new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
                assertThat(entrypoint).isEqualTo(Entrypoint.REVEAL);
                try {
                    return answer == null ? Optional.empty() : Optional.of(new JsonMapper().readTree(answer));
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void close() {}
        };
        return new ActivePolicy(
                new Activation(1, Shipped.bundle().digest(), Shipped.bundle().revision(), Shipped.TENANT, Shipped.NOW),
                Shipped.bundle(),
                engine);
    }
}
