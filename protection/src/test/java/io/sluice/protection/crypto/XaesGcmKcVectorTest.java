package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class XaesGcmKcVectorTest {
    @Test
    void agreesWithAwsLc() throws IOException {
        List<JsonNode> tests = awsLc();
        assertThat(tests).hasSize(3);
        for (JsonNode test : tests) {
            byte[] nonce = hex(test, "NONCE");
            byte[] aad = hex(test, "AD");
            byte[] expected = concat(hex(test, "CT"), hex(test, "TAG"));
            XaesGcmKc cipher = new XaesGcmKc(SecretBytes.copyOf(hex(test, "KEY")));
            assertThat(cipher.seal(nonce, aad, hex(test, "IN"))).isEqualTo(expected);
            assertThat(cipher.open(nonce, aad, expected)).isEqualTo(hex(test, "IN"));
            for (int bit = 0; bit < expected.length * 8; bit++) {
                byte[] flipped = expected.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(cipher.open(nonce, aad, flipped)).isNull();
            }
        }
    }

    /** Without its commitment, or with that of another key or nonce, nothing opens, whatever the tag says. */
    @Test
    void tagAloneOpensNothing() {
        SecretBytes key = SecretBytes.copyOf(new byte[32]);
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        byte[] nonce = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);
        byte[] otherNonce = "ABCDEFGHIJKLMNOPQRSTUVWY".getBytes(US_ASCII);
        byte[] aad = {};
        byte[] tagged = new XaesGcm(key).seal(nonce, aad, new byte[5]);
        XaesGcmKc cipher = new XaesGcmKc(key);

        assertThat(cipher.open(nonce, aad, tagged)).isNull();
        assertThat(cipher.open(nonce, aad, concat(tagged, new byte[32]))).isNull();
        for (byte[] foreign : List.of(
                new XaesGcmKc(SecretBytes.copyOf(otherKey)).seal(nonce, aad, new byte[5]),
                cipher.seal(otherNonce, aad, new byte[5]))) {
            byte[] commitment = Arrays.copyOfRange(foreign, foreign.length - 32, foreign.length);
            assertThat(cipher.open(nonce, aad, concat(tagged, commitment))).isNull();
        }
        assertThat(cipher.open(nonce, aad, cipher.seal(nonce, aad, new byte[5])))
                .isEqualTo(new byte[5]);
        assertThatThrownBy(() -> cipher.open(new byte[12], aad, tagged)).isInstanceOf(IllegalArgumentException.class);
    }

    /** What is kept of the latest prefix must not serve another. */
    @Test
    void sharedPrefixGivesTheSameCiphertextsAsFreshInstances() {
        SecretBytes key = SecretBytes.copyOf(new byte[32]);
        XaesGcmKc reused = new XaesGcmKc(key);
        for (int i = 0; i < 200; i++) {
            byte[] nonce = new byte[24];
            nonce[0] = (byte) (i / 50 % 3);
            nonce[11] = (byte) (i / 5 % 3);
            nonce[23] = (byte) i;
            assertThat(reused.seal(nonce, new byte[0], new byte[3]))
                    .isEqualTo(new XaesGcmKc(key).seal(nonce, new byte[0], new byte[3]));
        }
    }

    private static List<JsonNode> awsLc() throws IOException {
        List<JsonNode> tests = new ArrayList<>();
        ObjectNode test = JsonNodeFactory.instance.objectNode();
        for (String line : Files.readAllLines(Vectors.folder().resolve("xaes/xaes_256_gcm_kc_aws_lc.txt"))) {
            int colon = line.indexOf(':');
            if (line.startsWith("#") || colon < 0) {
                continue;
            }
            test.put(line.substring(0, colon), line.substring(colon + 1).strip());
            if (line.startsWith("TAG")) {
                tests.add(test);
                test = JsonNodeFactory.instance.objectNode();
            }
        }
        return tests;
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }
}
