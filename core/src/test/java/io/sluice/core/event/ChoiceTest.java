package io.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.encoding.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTest {
    @Test
    void readsBackWhatItWrote() throws Exception {
        Choice consent = new Choice(Choice.Kind.CONSENT, List.of("profiling", "newsletter"), "v3");

        assertThat(new String(consent.toBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"kind\":\"consent\",\"purposes\":[\"newsletter\",\"profiling\"],\"textVersion\":\"v3\"}");
        assertThat(Choice.of(StrictJson.read(consent.toBytes()))).isEqualTo(consent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"purposes\":[\"newsletter\"]}|kind",
                "{\"kind\":\"maybe\"}|kind",
                "{\"kind\":\"consent\",\"textVersion\":\"v1\"}|purposes",
                "{\"kind\":\"consent\",\"purposes\":[\"newsletter\"]}|textVersion",
                "{\"kind\":\"erasure\",\"purposes\":[\"newsletter\"]}|purposes",
                "{\"kind\":\"withdrawal\",\"purposes\":[1]}|purposes",
                "{\"kind\":\"withdrawal\",\"purposes\":[\"News Letter\"]}|purpose",
            })
    void namesTheMemberAtFault(String json, String member) {
        assertThatThrownBy(() -> Choice.of(StrictJson.read(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member);
    }
}
