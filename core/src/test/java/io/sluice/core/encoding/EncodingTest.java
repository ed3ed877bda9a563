package io.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
