package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Reason;
import io.sluice.policies.Shipped;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden questions that have their answers beside them. All engines are compared in {@code GoldenParityTest}. */
class GoldenDecisionTest {
    static Stream<Golden> golden() {
        return Golden.all().stream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void isAnsweredAsTheTableSays(Golden golden) {
        String answer;
        try {
            answer = summary(Shipped.policy().release(golden.input()));
        } catch (DecisionInvalidException e) {
            answer = "undefined";
        }
        assertThat(answer).isEqualTo(golden.expected());
    }

    /** What the record path asks is the whole answer without what the matrix says already: both read alike. */
    @ParameterizedTest
    @MethodSource("golden")
    void termsAndReleaseAreOneDecision(Golden golden) {
        DecisionReader reader = new DecisionReader(
                Shipped.bundle().rulebook(), Shipped.bundle().document().path("matrix"));
        Optional<JsonNode> terms =
                Shipped.engine().evaluate(Entrypoint.TERMS, golden.input().canonical());
        Optional<JsonNode> release =
                Shipped.engine().evaluate(Entrypoint.RELEASE, golden.input().canonical());
        assertThat(release.isPresent()).isEqualTo(terms.isPresent());
        if (terms.isPresent()) {
            release.get().forEach(GoldenDecisionTest::withholdsWithoutFields);
            assertThat(reader.read(golden.input().dataset(), release.get()))
                    .isEqualTo(reader.read(golden.input().dataset(), terms.get()));
        }
    }

    private static void withholdsWithoutFields(JsonNode decision) {
        boolean released = decision.path("disposition").asText().equals("release");
        assertThat(decision.path("fields").isEmpty()).isEqualTo(!released);
    }

    private static String summary(Decision decision) {
        return decision.recipients().values().stream()
                .map(one -> one.recipient() + "="
                        + (one.disposition() == Disposition.RELEASE
                                ? "release"
                                : one.reasons().stream()
                                        .map(Reason::rule)
                                        .sorted()
                                        .collect(Collectors.joining(","))))
                .collect(Collectors.joining(" "));
    }
}
