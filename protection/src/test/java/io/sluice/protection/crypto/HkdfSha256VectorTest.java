package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class HkdfSha256VectorTest {
    @Test
    void agreesWithWycheproof() {
        int valid = 0;
        int invalid = 0;
        for (JsonNode group : Vectors.json("wycheproof/hkdf_sha256_test.json").get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                SecretBytes key = SecretBytes.copyOf(hex(test, "ikm"));
                int size = test.get("size").asInt();
                if (Vectors.isValid(test)) {
                    assertThat(HkdfSha256.derive(key, hex(test, "salt"), hex(test, "info"), size))
                            .as(test.get("tcId").asText())
                            .isEqualTo(SecretBytes.copyOf(hex(test, "okm")));
                    valid++;
                } else {
                    assertThatThrownBy(() -> HkdfSha256.derive(key, hex(test, "salt"), hex(test, "info"), size))
                            .isInstanceOf(IllegalArgumentException.class);
                    invalid++;
                }
            }
        }
        assertThat(List.of(valid, invalid)).containsExactly(83, 3);
    }

    @Test
    void givesNoEmptyKey() {
        SecretBytes key = SecretBytes.copyOf(new byte[32]);
        assertThatThrownBy(() -> HkdfSha256.derive(key, new byte[0], new byte[0], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
