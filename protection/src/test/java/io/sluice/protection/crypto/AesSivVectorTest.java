package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AesSivVectorTest {
    /** All 442 cases: 147 are of this key size, the others of sizes that it refuses. */
    @Test
    void agreesWithWycheproof() {
        assertThat(run("wycheproof/aes_siv_cmac_test.json")).containsExactly(39, 108, 295);
    }

    /** All 900 cases of the form with a nonce, which is a second part of associated data (RFC 5297 section 3). */
    @Test
    void agreesWithWycheproofWithNonces() {
        assertThat(run("wycheproof/aead_aes_siv_cmac_test.json")).containsExactly(84, 216, 600);
    }

    @Test
    void opensNothingShorterThanATag() {
        AesSiv siv = new AesSiv(SecretBytes.copyOf(new byte[64]));
        for (int length = 0; length < AesSiv.TAG_BYTES; length++) {
            assertThat(siv.open(new byte[length], new byte[0])).isNull();
        }
    }

    private static List<Integer> run(String file) {
        int valid = 0;
        int invalid = 0;
        int refused = 0;
        for (JsonNode group : Vectors.json(file).get("testGroups")) {
            for (JsonNode test : group.get("tests")) {
                SecretBytes key = SecretBytes.copyOf(hex(test, "key"));
                if (key.length() != AesSiv.KEY_BYTES) {
                    assertThatThrownBy(() -> new AesSiv(key)).isInstanceOf(IllegalArgumentException.class);
                    refused++;
                    continue;
                }
                AesSiv siv = new AesSiv(key);
                boolean nonce = test.has("iv");
                byte[] sealed = nonce ? concat(hex(test, "tag"), hex(test, "ct")) : hex(test, "ct");
                byte[][] bound =
                        nonce ? new byte[][] {hex(test, "aad"), hex(test, "iv")} : new byte[][] {hex(test, "aad")};
                byte[] opened = siv.open(sealed, bound);
                if (Vectors.isValid(test)) {
                    assertThat(opened).as(test.get("tcId").asText()).isEqualTo(hex(test, "msg"));
                    assertThat(siv.seal(hex(test, "msg"), bound)).isEqualTo(sealed);
                    valid++;
                } else {
                    assertThat(opened).as(test.get("tcId").asText()).isNull();
                    invalid++;
                }
            }
        }
        return List.of(valid, invalid, refused);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }
}
