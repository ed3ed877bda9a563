package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalTemplateTest {
    @Test
    void leavesHolesInTheOrderOfTheCanonicalForm() {
        CanonicalTemplate template = CanonicalTemplate.of(
                Map.of("z", CanonicalTemplate.HOLE, "a", Map.of("b", CanonicalTemplate.HOLE), "c", 1), 2);

        assertThat(text(template.part(0))).isEqualTo("{\"a\":{\"b\":");
        assertThat(text(template.part(1))).isEqualTo("},\"c\":1,\"z\":");
        assertThat(text(template.part(2))).isEqualTo("}");
    }

    @Test
    void aValueCannotLookLikeAHole() {
        CanonicalTemplate template = CanonicalTemplate.of(Map.of("a", "\0", "b", CanonicalTemplate.HOLE), 1);

        assertThat(text(template.part(0))).isEqualTo("{\"a\":\"\\u0000\",\"b\":");
    }

    @Test
    void refusesAnotherNumberOfHoles() {
        assertThatThrownBy(() -> CanonicalTemplate.of(Map.of("a", 1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 holes, not 1");
    }

    @Test
    void aWriterWritesWhatCanonicalJsonDoes() {
        CanonicalWriter writer = new CanonicalWriter();
        for (String value :
                new String[] {"", "plain", "\u007f~ \"\\", "\b\t\n\f\r\u0001", "a\u00e9\u20ac\ud83d\ude00z"}) {
            writer.reset();
            assertThat(text(writer.string(value).toBytes())).isEqualTo(CanonicalJson.text(value));
        }
        for (long number : new long[] {0, 9, 10, -10, 99, 100, (1L << 53) - 1, 1 - (1L << 53)}) {
            writer.reset();
            assertThat(text(writer.integer(number).toBytes())).isEqualTo(Long.toString(number));
        }
        assertThatThrownBy(() -> writer.string("x\ud83dy")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> writer.integer(1L << 53)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
