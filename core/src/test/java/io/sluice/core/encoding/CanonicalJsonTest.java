package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    /** The sorting example of RFC 8785 section 3.2.3. */
    @Test
    void sortsMembersByUtf16CodeUnits() throws Exception {
        String input =
                "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
                        + "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\","
                        + "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}";

        String canonical = CanonicalJson.text(StrictJson.read(input.getBytes(StandardCharsets.UTF_8)));

        assertThat(canonical)
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    /** The string and literal parts of the example of RFC 8785 section 3.2.2. */
    @Test
    void escapesAsTheStandardSays() throws Exception {
        String input =
                "{\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\"literals\":[null,true,false]}";

        String canonical = CanonicalJson.text(StrictJson.read(input.getBytes(StandardCharsets.UTF_8)));

        assertThat(canonical)
                .isEqualTo("{\"literals\":[null,true,false],\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    }

    @Test
    void acceptsIntegersUpToTheSafeLimitOnly() {
        assertThat(CanonicalJson.text((1L << 53) - 1)).isEqualTo("9007199254740991");
        assertThatThrownBy(() -> CanonicalJson.text(1L << 53)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalJson.text(Long.MIN_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatHasNoCanonicalForm() {
        assertThatThrownBy(() -> CanonicalJson.text(1.5)).hasMessageContaining("java.lang.Double");
        assertThatThrownBy(() -> CanonicalJson.text("\ud83d")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> CanonicalJson.text("\ude00\ud83d")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> CanonicalJson.text(StrictJson.read("1.0".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void encodingIsAFixedPoint(long seed) throws Exception {
        Object value = random(new Random(seed), 4);

        byte[] once = CanonicalJson.bytes(value);
        JsonNode parsed = StrictJson.read(once);

        assertThat(CanonicalJson.bytes(parsed)).as("seed %d", seed).isEqualTo(once);
    }

    private static Object random(Random random, int depth) {
        switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
            case 0:
                return random.nextLong() >> 11;
            case 1:
                return random.nextBoolean();
            case 2:
                return text(random);
            case 3:
                return Arrays.asList(random(random, depth - 1), null, random(random, depth - 1));
            default:
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(text(random), random(random, depth - 1));
                }
                return map;
        }
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            out.appendCodePoint(List.of(random.nextInt(0x80), 0xe9, 0x20ac, 0x1f600, '"' + 0, '\\' + 0)
                    .get(random.nextInt(6)));
        }
        return out.toString();
    }

    @Test
    void aPartThatIsCanonicalAlreadyStandsAsItIs() {
        assertThat(CanonicalJson.text(
                        java.util.Map.of("b", new CanonicalJson.Canonical("[[1,2]]"), "a", java.util.List.of())))
                .isEqualTo("{\"a\":[],\"b\":[[1,2]]}");
    }

    @Test
    void aSortedMapOfAnotherOrderIsSortedAnew() {
        java.util.TreeMap<String, Object> reversed = new java.util.TreeMap<>(java.util.Comparator.reverseOrder());
        reversed.put("a", 1);
        reversed.put("b", 2);

        assertThat(CanonicalJson.text(reversed)).isEqualTo("{\"a\":1,\"b\":2}");
    }
}
