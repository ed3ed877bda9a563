package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class AesGcmVectorTest {
    @Test
    void agreesWithWycheproof() {
        int valid = 0;
        int invalid = 0;
        for (JsonNode group : Vectors.json("wycheproof/aes_gcm_test.json").get("testGroups")) {
            if (group.get("keySize").asInt() != 256
                    || group.get("ivSize").asInt() != 96
                    || group.get("tagSize").asInt() != 128) {
                continue;
            }
            for (JsonNode test : group.get("tests")) {
                AesGcm gcm = new AesGcm(SecretBytes.copyOf(hex(test, "key")));
                byte[] sealed = concat(hex(test, "ct"), hex(test, "tag"));
                byte[] opened = gcm.open(hex(test, "iv"), hex(test, "aad"), sealed);
                if (test.get("result").asText().equals("valid")) {
                    assertThat(opened).as(test.get("tcId").asText()).isEqualTo(hex(test, "msg"));
                    assertThat(gcm.seal(hex(test, "iv"), hex(test, "aad"), hex(test, "msg")))
                            .isEqualTo(sealed);
                    valid++;
                } else {
                    assertThat(opened).as(test.get("tcId").asText()).isNull();
                    invalid++;
                }
            }
        }
        assertThat(valid).isGreaterThan(30);
        assertThat(invalid).isGreaterThan(10);
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
