package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.decision.AccessDecision;
import io.sluice.core.decision.AccessInput;
import io.sluice.core.decision.Activation;
import io.sluice.policies.Shipped;
import java.time.LocalDate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the policy says about reading the log, and what is no answer. */
class AccessDecisionTest {
    private static final AccessInput SEARCH = asked(AccessInput.Act.SEARCH, "alan");

    @ParameterizedTest
    @EnumSource
    void theShippedRulebookLetsAuditorsRead(AccessInput.Act act) {
        AccessDecision decision = Shipped.policy().access(asked(act, "alan"));

        assertThat(decision)
                .isInstanceOfSatisfying(
                        AccessDecision.Allowed.class,
                        allowed -> assertThat(allowed.reason().rule()).isEqualTo("audit"));
        assertThat(Shipped.policy().access(asked(act, "webshop")))
                .isEqualTo(new AccessDecision.Denied("reader-unknown"));
    }

    @Test
    void aReaderIsKnownByTheCertificate() {
        assertThat(Shipped.policy().rulebook().reading().readerOf("spiffe://sluice.dev/auditor/alan"))
                .hasValueSatisfying(reader -> assertThat(reader.id()).isEqualTo("alan"));
        assertThat(Shipped.policy().rulebook().reading().readerOf("alan")).isEmpty();
    }

    @Test
    void whatIsNotAnsweredIsDenied() {
        assertThat(answering(null).access(SEARCH)).isEqualTo(AccessDecision.Denied.UNDEFINED);
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
                "{\"allow\":false}"
            })
    void whatIsNoAnswerShowsNothing(String answer) {
        assertThatThrownBy(() -> answering(answer).access(SEARCH)).isInstanceOf(DecisionInvalidException.class);
    }

    private static AccessInput asked(AccessInput.Act act, String reader) {
        return new AccessInput(act, LocalDate.parse("2026-11-26"), reader);
    }

    private static ActivePolicy answering(@Nullable String answer) {
        PolicyEngine engine = new PolicyEngine() {
            @Override
            public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
                assertThat(entrypoint).isEqualTo(Entrypoint.ACCESS);
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
