package io.sluice.gateway.admit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.encoding.JsonText;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.gateway.problem.RefusedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberRuleTest {
    /** Whether the validator does, and the quick check before it, which numbers alone do not come to. */
    private static boolean takes(String schema, String payload) throws MalformedJsonException {
        boolean alone = holds(schema, payload);
        assertThat(holds("{\"items\":" + schema + "}", "[" + payload + "]"))
                .as(payload)
                .isEqualTo(alone);
        return alone;
    }

    private static boolean holds(String schema, String payload) throws MalformedJsonException {
        try {
            new PayloadSchema(schema).require(JsonText.read(payload.getBytes(UTF_8)));
            return true;
        } catch (RefusedException e) {
            assertThat(e.problem().rule()).startsWith("/");
            return false;
        }
    }

    /** Each of them wraps around into the range where it is cut to 64 bits. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'integer','maximum':100}              | 18446744073709551616",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema','type':'integer','maximum':100} | 18446744073709551616.0",
                "{'type':'integer','maximum':100}              | 18446744073709551616.0",
                "{'type':'integer','maximum':100}              | 1e300",
                "{'type':'integer','minimum':1}                | -18446744073709551615.0",
                "{'type':'integer','minimum':0}                | -1e300",
                "{'type':'integer','exclusiveMaximum':100}     | 18446744073709551616",
                "{'type':'integer','exclusiveMinimum':0}       | -18446744073709551615.0",
                "{'type':'number','maximum':9007199254740992}  | 9007199254740992.5",
                "{'type':'integer','multipleOf':2}             | 18446744073709551617",
                "{'multipleOf':0.01}                           | 1e-3",
            })
    void whatIsBeyondIsBeyond(String schema, String payload) throws Exception {
        assertThat(takes(schema.replace('\'', '"'), payload)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'integer','maximum':18446744073709551616} | 18446744073709551616.0",
                "{'maximum':100}                                   | 1e2",
                "{'minimum':0.1}                                   | 0.10",
                "{'multipleOf':0.01}                               | 19.99",
                "{'multipleOf':0.01}                               | 1e300",
                "{'maximum':1}                                     | \"a text\"",
            })
    void whatIsWithinPasses(String schema, String payload) throws Exception {
        assertThat(takes(schema.replace('\'', '"'), payload)).isTrue();
    }

    @Test
    void anyTwoNumbersCompareAsTheirValuesDo() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, List<Integer>> passing = Map.of(
                "minimum", List.of(0, 1),
                "maximum", List.of(-1, 0),
                "exclusiveMinimum", List.of(1),
                "exclusiveMaximum", List.of(-1));
        for (int i = 0; i < 500; i++) {
            BigDecimal limit = number(random);
            BigDecimal value = random.nextInt(4) == 0 ? limit.setScale(limit.scale() + 1) : number(random);
            for (Map.Entry<String, List<Integer>> rule : passing.entrySet()) {
                assertThat(takes("{\"" + rule.getKey() + "\":" + limit + "}", value.toString()))
                        .as("seed %d: %s %s of %s", seed, rule.getKey(), limit, value)
                        .isEqualTo(rule.getValue().contains(value.compareTo(limit)));
            }
        }
    }

    private static BigDecimal number(Random random) {
        return new BigDecimal(new BigInteger(1 + random.nextInt(90), random), random.nextInt(40) - 20)
                .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1));
    }

    @Test
    void aLimitThatIsNoneIsRefusedWithTheSchema() {
        assertThatThrownBy(() -> new PayloadSchema("{\"multipleOf\":0}")).hasMessageContaining("multipleOf");
        assertThatThrownBy(() -> new PayloadSchema("{\"minimum\":\"1\"}")).hasMessageContaining("minimum");
    }

    @Test
    void aSchemaOfAnotherDialectIsRefused() {
        assertThatThrownBy(() -> new PayloadSchema(
                        "{\"properties\":{\"a\":{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}}}"))
                .hasMessageContaining("2020-12");
    }
}
