package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class AesGcmVectorTest {
    /** All 316 cases: 66 are of this cipher, the others of key or nonce sizes that it refuses. */
    @Test
    void agreesWithWycheproof() {
        int valid = 0;
        int invalid = 0;
        int refused = 0;
        for (JsonNode group : Vectors.json("wycheproof/aes_gcm_test.json").get("testGroups")) {
            assertThat(group.get("tagSize").asInt()).isEqualTo(128);
            for (JsonNode test : group.get("tests")) {
                SecretBytes key = SecretBytes.copyOf(hex(test, "key"));
                byte[] nonce = hex(test, "iv");
                byte[] sealed = concat(hex(test, "ct"), hex(test, "tag"));
                if (key.length() != AesGcm.KEY_BYTES) {
                    assertThatThrownBy(() -> new AesGcm(key)).isInstanceOf(IllegalArgumentException.class);
                    refused++;
                    continue;
                }
                AesGcm gcm = new AesGcm(key);
                if (nonce.length != AesGcm.NONCE_BYTES) {
                    assertThatThrownBy(() -> gcm.open(nonce, hex(test, "aad"), sealed))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> gcm.seal(nonce, hex(test, "aad"), hex(test, "msg")))
                            .isInstanceOf(IllegalArgumentException.class);
                    refused++;
                    continue;
                }
                byte[] opened = gcm.open(nonce, hex(test, "aad"), sealed);
                if (Vectors.isValid(test)) {
                    assertThat(opened).as(test.get("tcId").asText()).isEqualTo(hex(test, "msg"));
                    assertThat(gcm.seal(nonce, hex(test, "aad"), hex(test, "msg")))
                            .isEqualTo(sealed);
                    valid++;
                } else {
                    assertThat(opened).as(test.get("tcId").asText()).isNull();
                    invalid++;
                }
            }
        }
        assertThat(List.of(valid, invalid, refused)).containsExactly(39, 27, 250);
    }

    @Test
    void opensNothingShorterThanATag() {
        AesGcm gcm = new AesGcm(SecretBytes.copyOf(new byte[32]));
        for (int length = 0; length < AesGcm.TAG_BYTES; length++) {
            assertThat(gcm.open(new byte[12], new byte[0], new byte[length])).isNull();
        }
    }

    @Test
    void refusesOtherKeySizes() {
        assertThatThrownBy(() -> new AesGcm(SecretBytes.copyOf(new byte[16])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new XaesGcm(SecretBytes.copyOf(new byte[16])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] out = new byte[a.length + b.length];
        System.arraycopy(a, 0, out, 0, a.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }
}
