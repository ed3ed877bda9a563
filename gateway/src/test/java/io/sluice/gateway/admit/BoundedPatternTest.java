package io.sluice.gateway.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.problem.RefusedException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BoundedPatternTest {
    static Stream<Arguments> deep() {
        return Stream.of(
                Arguments.of("^[^\\s]+(\\s[^\\s]+)*$", "a" + " a".repeat(50_000)), // FHIR R4's code
                Arguments.of("^(\\s*([0-9a-zA-Z\\+/=]){4}\\s*)+$", "abcd".repeat(50_000)), // FHIR R4's base64Binary
                Arguments.of("^(a|b)*$", "a".repeat(100_000) + "é"));
    }

    @ParameterizedTest
    @MethodSource("deep")
    void refusesWhatNeedsADeeperStack(String regex, String value) {
        BoundedPattern pattern = new BoundedPattern(regex);

        assertThatThrownBy(() -> pattern.matches(value)).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ProblemCode.SCHEMA_VIOLATED);
            assertThat(refused.problem().detail()).contains("recurses too deep");
        });
        assertThat(pattern.matches(value.substring(0, 12).strip())).isTrue();
    }
}
