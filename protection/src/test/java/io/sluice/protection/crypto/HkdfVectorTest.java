package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HkdfVectorTest {
    @Test
    void agreesWithWycheproof() {
        HkdfExpand hkdf = new HkdfExpand();
        int checked = 0;
        for (JsonNode group : Vectors.json("wycheproof/hkdf_sha256_test.json").get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                int length = test.get("size").asInt();
                byte[] salt = hex(test, "salt");
                // HKDF-Extract, section 2.2: no salt is a salt of zeros.
                HmacSha256 extract = new HmacSha256(SecretBytes.copyOf(salt.length == 0 ? new byte[32] : salt));
                byte[] key = extract.of(hex(test, "ikm"));
                byte[] info = hex(test, "info");
                String name = test.get("tcId").asText();
                if (!test.get("result").asText().equals("valid")) {
                    assertThatThrownBy(() -> hkdf.expand(key, info, length))
                            .as(name)
                            .isInstanceOf(IllegalArgumentException.class);
                } else {
                    byte[] expected = hex(test, "okm");
                    assertThat(hkdf.expand(key, info, length)).as(name).isEqualTo(expected);
                    byte[] block = key.clone();
                    hkdf.block(block, 0, info, block, 0);
                    int common = Math.min(block.length, length);
                    assertThat(Arrays.copyOf(block, common)).as(name).isEqualTo(Arrays.copyOf(expected, common));
                }
                checked++;
            }
        }
        assertThat(checked).isEqualTo(86);
        hkdf.wipe();
    }
}
