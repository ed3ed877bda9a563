package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingTest {
    /** RFC 4648 section 10, in lower case without padding. */
    @ParameterizedTest
    @CsvSource({"f,my", "fo,mzxq", "foo,mzxw6", "foob,mzxw6yq", "fooba,mzxw6ytb", "foobar,mzxw6ytboi"})
    void base32MatchesTheVectors(String plain, String encoded) {
        byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);
        assertThat(Base32.encode(bytes, bytes.length)).isEqualTo(encoded);
    }

    @Test
    void lengthPrefixesKeepSequencesApart() {
        byte[] first = new LengthPrefixed().text("ab").text("c").toBytes();
        byte[] second = new LengthPrefixed().text("a").text("bc").toBytes();

        assertThat(HexFormat.of().formatHex(first)).isEqualTo("00026162000163");
        assertThat(second).isNotEqualTo(first);
        LengthPrefixed start = new LengthPrefixed().text("ab");
        assertThat(start.copy().text("c").toBytes()).isEqualTo(first);
        assertThat(start.copy().text("x").toBytes()).isNotEqualTo(first);
        assertThat(start.text("c").toBytes()).isEqualTo(first);
        assertThatThrownBy(() -> new LengthPrefixed().bytes(new byte[0x10000])).hasMessageContaining("65536");
    }

    /** Texts are written without an array of their own where they are ASCII: the same bytes as with one. */
    @Test
    void textsAreTheirUtf8Bytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        LengthPrefixed reused = new LengthPrefixed(1);
        for (int i = 0; i < 2_000; i++) {
            int letters = random.nextInt(4) == 0 ? 0x3000 : 0x80;
            String text = random.ints(random.nextInt(random.nextInt(50) == 0 ? 70_000 : 40), 0, letters)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            if (utf8.length > LengthPrefixed.MAX_FIELD_BYTES) {
                assertThatThrownBy(() -> reused.text(text)).isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(reused.u8(7).text(text).toBytes())
                        .as("seed %d, round %d", seed, i)
                        .isEqualTo(new LengthPrefixed().u8(7).bytes(utf8).toBytes());
            }
            reused.wipe();
            assertThat(reused.array()).as("seed %d, round %d", seed, i).containsOnly(0);
        }
    }

    @Test
    void anEncodingMayBeginAsTheOneBefore() {
        LengthPrefixed out = new LengthPrefixed().text("ab");
        int start = out.length();
        byte[] first = out.text("c").toBytes();

        assertThat(out.backTo(start).text("c").toBytes()).isEqualTo(first);
        out.backTo(0).wipe();
        assertThat(out.array()).containsOnly(0);
        assertThatThrownBy(() -> out.backTo(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void base32MayStandBehindAPrefix() {
        byte[] bytes = "foobar".getBytes(StandardCharsets.US_ASCII);
        assertThat(Base32.encode("s1_", bytes, 6)).isEqualTo("s1_" + Base32.encode(bytes, 6));
    }

    @Test
    void aCanonicalWriterLeavesNothingBehind() {
        CanonicalWriter out = new CanonicalWriter().string("a secret").value(Map.of("of", "\u00e9"));
        byte[] buffer = out.array();
        out.wipe();
        assertThat(buffer).containsOnly(0);
        assertThat(out.string("b").toBytes()).isEqualTo("\"b\"".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "a,true",
        "fhir-patient,true",
        "2x,true",
        "A,false",
        "-a,false",
        "a--b,false",
        "a-b-9,true",
        "a-,false",
        "-,false",
        "\u00e9,false",
        "a_b,false",
        "a/b,false",
        "'',false"
    })
    void namesAreLowerCaseWords(String name, boolean valid) {
        assertThat(Names.isId(name)).isEqualTo(valid);
    }
}
