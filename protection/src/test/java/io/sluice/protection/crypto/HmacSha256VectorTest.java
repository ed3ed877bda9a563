package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HmacSha256VectorTest {
    @Test
    void agreesWithWycheproof() {
        int valid = 0;
        int invalid = 0;
        for (JsonNode group : Vectors.json("wycheproof/hmac_sha256_test.json").get("testGroups")) {
            int tagBytes = group.get("tagSize").asInt() / 8;
            for (JsonNode test : group.get("tests")) {
                HmacSha256 hmac = new HmacSha256(SecretBytes.copyOf(hex(test, "key")));
                byte[] message = hex(test, "msg");
                byte[] tag = Arrays.copyOf(hmac.of(message), tagBytes);
                boolean equal = Arrays.equals(tag, hex(test, "tag"));
                assertThat(equal).as(test.get("tcId").asText()).isEqualTo(Vectors.isValid(test));

                byte[] inParts = new byte[HmacSha256.BYTES];
                hmac.update(message, 0, message.length / 2);
                hmac.update(message, message.length / 2, message.length - message.length / 2);
                hmac.finish(inParts, 0);
                assertThat(inParts).isEqualTo(hmac.of(message));
                if (equal) {
                    valid++;
                } else {
                    invalid++;
                }
            }
        }
        assertThat(List.of(valid, invalid)).containsExactly(66, 108);
    }
}
