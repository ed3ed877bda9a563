package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AesKwpVectorTest {
    @Test
    void agreesWithWycheproof() {
        int valid = 0;
        int invalid = 0;
        for (JsonNode group : Vectors.json("wycheproof/aes_kwp_test.json").get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                SecretBytes wrapping = SecretBytes.copyOf(hex(test, "key"));
                SecretBytes opened = AesKwp.unwrap(wrapping, hex(test, "ct"));
                if (Vectors.isValid(test)) {
                    SecretBytes key = SecretBytes.copyOf(hex(test, "msg"));
                    assertThat(opened).as(test.get("tcId").asText()).isEqualTo(key);
                    assertThat(AesKwp.wrap(wrapping, key)).isEqualTo(hex(test, "ct"));
                    valid++;
                } else {
                    assertThat(opened).as(test.get("tcId").asText()).isNull();
                    invalid++;
                }
            }
        }
        assertThat(List.of(valid, invalid)).containsExactly(77, 177);
    }

    @Test
    void refusesWhatIsNoKey() {
        SecretBytes aes = SecretBytes.copyOf(new byte[32]);
        SecretBytes none = SecretBytes.copyOf(new byte[0]);
        SecretBytes odd = SecretBytes.copyOf(new byte[31]);
        assertThatThrownBy(() -> AesKwp.wrap(aes, none)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AesKwp.wrap(odd, aes)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AesKwp.unwrap(odd, new byte[24])).isInstanceOf(IllegalArgumentException.class);
    }
}
