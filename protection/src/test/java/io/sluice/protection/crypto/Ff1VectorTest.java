package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.rulebook.FpeForm;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published vectors of FF1: those over the floor of a million values match, those under it and the invalid are refused. */
class Ff1VectorTest {
    /** @param small valid under the first edition, and under the floor of Revision 1 */
    @ParameterizedTest
    @CsvSource({
        "base10,   3300, 12, 533",
        "base26,   2642, 9, 425",
        "base36,   2459, 6, 389",
        "base62,   2133, 6, 335",
        "radix10,  3300, 12, 533",
        "radix256, 1755, 3, 263",
    })
    void agreesWithWycheproof(String file, int valid, int small, int invalid) {
        int matched = 0;
        int underTheFloor = 0;
        int refused = 0;
        for (JsonNode group :
                Vectors.json("wycheproof/aes_ff1_" + file + "_test.json").get("testGroups")) {
            String alphabet = group.path("alphabet").asText("");
            for (JsonNode test : group.get("tests")) {
                String name = file + " " + test.get("tcId");
                if (!test.get("result").asText().equals("valid")) {
                    assertRefused(group, test, alphabet, name);
                    refused++;
                } else if (test.get("flags").toString().contains("SmallMessageSize")) {
                    assertRefused(group, test, alphabet, name);
                    underTheFloor++;
                } else {
                    Ff1 ff1 = ff1(test, group.get("radix").asInt());
                    byte[] plain = numerals(test.get("msg"), alphabet);
                    byte[] cipher = numerals(test.get("ct"), alphabet);
                    assertThat(ff1.encrypt(plain)).as(name).isEqualTo(cipher);
                    assertThat(ff1.decrypt(cipher)).as(name).isEqualTo(plain);
                    matched++;
                }
            }
        }
        assertThat(matched).isEqualTo(valid);
        assertThat(underTheFloor).isEqualTo(small);
        assertThat(refused).isEqualTo(invalid);
    }

    @Test
    void agreesWithNistsSamples() {
        int checked = 0;
        for (JsonNode test : Vectors.json("nist/ff1_nist_samples.json").get("tests")) {
            assertMatches(
                    test, test.get("radix").asInt(), test.get("alphabet").asText(), "sample " + test.get("sample"));
            checked++;
        }
        assertThat(checked).isEqualTo(9);
    }

    @Test
    void agreesWithNistsAcvp() {
        int checked = 0;
        for (JsonNode group : Vectors.json("nist/acvp_ff1_subset.json").get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                String name = group.get("direction") + " " + test.get("pt");
                assertMatches(
                        test, group.get("radix").asInt(), group.get("alphabet").asText(), name);
                checked++;
            }
        }
        assertThat(checked).isEqualTo(48);
    }

    @Test
    void whatIsOutOfItsLimitsIsRefused() {
        assertThat(Ff1.MIN_VALUES).as("what the check of a rulebook asks for").isEqualTo(FpeForm.FLOOR);
        SecretBytes key = SecretBytes.copyOf(new byte[32]);
        assertThatThrownBy(() -> new Ff1(key, 1, new byte[0])).hasMessageContaining("radix");
        assertThatThrownBy(() -> new Ff1(key, 257, new byte[0])).hasMessageContaining("radix");
        assertThatThrownBy(() -> new Ff1(SecretBytes.copyOf(new byte[31]), 10, new byte[0]))
                .hasMessageContaining("AES key");
        Ff1 ff1 = new Ff1(key, 10, new byte[0]);
        assertThatThrownBy(() -> ff1.encrypt(new byte[5])).hasMessageContaining("fewer than 1000000");
        assertThatThrownBy(() -> ff1.encrypt(new byte[] {1, 2, 3, 4, 5, 10})).hasMessageContaining("numeral");
        assertThatThrownBy(() -> ff1.decrypt(new byte[Ff1.MAX_LENGTH + 1])).hasMessageContaining("at most");
        assertThat(ff1.decrypt(ff1.encrypt(new byte[6]))).isEqualTo(new byte[6]);
    }

    private static void assertMatches(JsonNode test, int radix, String alphabet, String name) {
        Ff1 ff1 = ff1(test, radix);
        byte[] plain = numerals(test.get("pt"), alphabet);
        byte[] cipher = numerals(test.get("ct"), alphabet);
        assertThat(ff1.encrypt(plain)).as(name).isEqualTo(cipher);
        assertThat(ff1.decrypt(cipher)).as(name).isEqualTo(plain);
    }

    private static void assertRefused(JsonNode group, JsonNode test, String alphabet, String name) {
        assertThatThrownBy(() -> ff1(test, group.get("radix").asInt()).encrypt(numerals(test.get("msg"), alphabet)))
                .as(name)
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Ff1 ff1(JsonNode test, int radix) {
        String tweak = test.get("tweak").asText();
        return new Ff1(
                SecretBytes.copyOf(hex(test, "key")), radix, HexFormat.of().parseHex(tweak));
    }

    private static byte[] numerals(JsonNode value, String alphabet) {
        int length = value.isArray() ? value.size() : value.asText().length();
        byte[] numerals = new byte[length];
        for (int i = 0; i < length; i++) {
            int numeral = value.isArray()
                    ? value.get(i).asInt()
                    : alphabet.indexOf(value.asText().charAt(i));
            // What no byte holds stands for nothing that is of a radix.
            numerals[i] = numeral >= 0 && numeral < 256 ? (byte) numeral : outside(value);
        }
        return numerals;
    }

    private static byte outside(JsonNode value) {
        throw new IllegalArgumentException("not of the alphabet: " + value);
    }
}
