package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;

class XaesGcmVectorTest {
    @Test
    void agreesWithC2sp() {
        JsonNode tests = Vectors.json("xaes/xaes_256_gcm_vectors.json").get("tests");
        assertThat(tests).hasSize(2);
        for (JsonNode test : tests) {
            XaesGcm xaes = new XaesGcm(SecretBytes.copyOf(hex(test, "key")));
            byte[] nonce = test.get("nonceAscii").asText().getBytes(US_ASCII);
            byte[] aad = test.get("aadAscii").asText().getBytes(US_ASCII);
            byte[] plain = test.get("ptAscii").asText().getBytes(US_ASCII);
            assertThat(xaes.seal(nonce, aad, plain)).isEqualTo(hex(test, "ct"));
            assertThat(xaes.open(nonce, aad, hex(test, "ct"))).isEqualTo(plain);
        }
    }

    /** C2SP's accumulated test: 10,000 random keys, nonces and messages in one hash. */
    @Test
    void agreesWithTenThousandAccumulated() {
        SHAKEDigest rng = new SHAKEDigest(128);
        SHAKEDigest hash = new SHAKEDigest(128);
        for (int i = 0; i < 10_000; i++) {
            SecretBytes key = SecretBytes.copyOf(draw(rng, 32));
            byte[] nonce = draw(rng, 24);
            byte[] plain = draw(rng, draw(rng, 1)[0] & 0xff);
            byte[] aad = draw(rng, draw(rng, 1)[0] & 0xff);
            XaesGcm xaes = new XaesGcm(key);
            byte[] sealed = xaes.seal(nonce, aad, plain);
            assertThat(xaes.open(nonce, aad, sealed)).isEqualTo(plain);
            hash.update(sealed, 0, sealed.length);
        }
        byte[] out = new byte[32];
        hash.doOutput(out, 0, 32);
        assertThat(HexFormat.of().formatHex(out))
                .isEqualTo(Vectors.json("xaes/xaes_256_gcm_vectors.json")
                        .get("accumulated")
                        .get("iter10000")
                        .asText());
    }

    /** The subkey of the latest prefix is kept; a change of prefix must not be missed. */
    @Test
    void sharedPrefixGivesTheSameCiphertextsAsFreshInstances() {
        SecretBytes key = SecretBytes.copyOf(new byte[32]);
        XaesGcm reused = new XaesGcm(key);
        for (int i = 0; i < 200; i++) {
            byte[] nonce = new byte[24];
            nonce[0] = (byte) (i / 50 % 3);
            nonce[11] = (byte) (i / 5 % 3);
            nonce[23] = (byte) i;
            byte[] plain = {(byte) i, 1, 2};
            assertThat(reused.seal(nonce, new byte[0], plain))
                    .isEqualTo(new XaesGcm(key).seal(nonce, new byte[0], plain));
        }
    }

    private static byte[] draw(SHAKEDigest rng, int length) {
        byte[] out = new byte[length];
        rng.doOutput(out, 0, length);
        return out;
    }
}
