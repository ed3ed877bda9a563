package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    private record Holder(JsonNode tree) {}

    @Test
    void boundsNumbersOfTreesInARecord() {
        byte[] json = "{\"tree\":{\"a\":1e999}}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> StrictJson.read(json, Holder.class)).isInstanceOf(MalformedJsonException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":2}|twice",
                "{\"a\":null,\"a\":1}|twice",
                "{\"a\":{},\"a\":1}|twice",
                "{\"a\":1,\"a\":{}}|twice",
                "{\"a\":[],\"a\":[]}|twice",
                "[0,{\"b\":{\"a\":\"secret\",\"\\u0061\":2}}]|twice",
                "{\"b\":[{\"a\":1,\"c\":3,\"a\":true}]}|twice",
                "{\"a\":NaN}|NaN",
                "[Infinity]|NaN",
                "[01]|not JSON",
                "{'a':1}|not JSON",
                "[1,]|not JSON",
                "[1] 2|follows",
                "[1]]|not JSON",
                "/* c */ 1|not JSON",
                "{\"a\":secret-value}|not JSON",
                "``|empty",
            })
    void refusesWhatTwoReadersCouldReadDifferently(String json, String fault) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> StrictJson.read(bytes))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageContaining(fault)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> StrictJson.check(bytes)).isInstanceOf(MalformedJsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e309",
                "-1.8e308",
                "1e400",
                "1e2147483647",
                "1e2147483648",
                "1e99999999999",
                "-1E-99999999999",
                "1e-400",
                "1e-324",
                "0.0e99999999999",
            })
    void refusesNumbersThatADoubleDoesNotHold(String number) {
        for (String json : new String[] {number, "[" + number + "]", "{\"a\":[{\"b\":" + number + "}]}"}) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);

            assertThatThrownBy(() -> StrictJson.read(bytes))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessageContaining("range of double precision");
            assertThatThrownBy(() -> StrictJson.check(bytes))
                    .isInstanceOf(MalformedJsonException.class)
                    .hasMessageContaining("range of double precision");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.7976931348623157e308",
                "-1e308",
                "5e-324",
                "0",
                "0.000e10",
                "0e-400",
                "-0.0",
                "123456789012345678901234567890123456789012345678901234567890",
                "0.1234567890123456789012345678901234567890",
                "6.02214076e23",
            })
    void keepsEveryDigitOfTheOthers(String number) throws Exception {
        byte[] bytes = number.getBytes(StandardCharsets.UTF_8);

        assertThat(StrictJson.read(bytes).decimalValue()).isEqualByComparingTo(new BigDecimal(number));
        StrictJson.check(bytes);
    }

    @Test
    void limitsDepth() throws Exception {
        String deep = "[".repeat(StrictJson.MAX_DEPTH) + "]".repeat(StrictJson.MAX_DEPTH);
        assertThat(StrictJson.read(deep.getBytes(StandardCharsets.UTF_8)).size())
                .isOne();

        String deeper = "[".repeat(1_000) + "]".repeat(1_000);
        assertThatThrownBy(() -> StrictJson.read(deeper.getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("deeper than " + StrictJson.MAX_DEPTH);
    }

    @Test
    void refusesAByteOrderMarkAndInvalidUtf8() {
        assertThatThrownBy(() -> StrictJson.read(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '1'}))
                .hasMessageContaining("byte order mark");
        assertThatThrownBy(() -> StrictJson.read(new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}))
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> StrictJson.read(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "UTF-16", "UTF-32"})
    void refusesWiderEncodingsThatAParserWouldTakeForWhatTheyAre(String encoding) {
        for (String text : new String[] {"{\"a\":1}", "1"}) {
            byte[] wide = text.getBytes(Charset.forName(encoding));

            assertThatThrownBy(() -> StrictJson.read(wide)).hasMessageContaining("send plain UTF-8");
            assertThatThrownBy(() -> StrictJson.check(wide)).hasMessageContaining("send plain UTF-8");
            assertThatThrownBy(() -> StrictJson.read(wide, Object.class)).hasMessageContaining("send plain UTF-8");
        }
    }

    @Test
    void findsInvalidUtf8WhereverItStands() throws Exception {
        for (int length = 0; length < 20; length++) {
            byte[] valid = ("\"" + "a".repeat(length) + "\u00e9\"").getBytes(StandardCharsets.UTF_8);
            assertThat(StrictJson.read(valid).textValue()).isEqualTo("a".repeat(length) + "\u00e9");
            for (int at = 1; at <= length; at++) {
                byte[] invalid = ("\"" + "a".repeat(length) + "\"").getBytes(StandardCharsets.UTF_8);
                invalid[at] = (byte) 0xff;
                assertThatThrownBy(() -> StrictJson.read(invalid)).hasMessageContaining("UTF-8");
            }
        }
    }
}
