package io.sluice.protection.crypto;

import static io.sluice.protection.crypto.Vectors.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.protection.Rounds;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
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

    /** One message of C2SP's accumulated tests. */
    private record Drawn(SecretBytes key, byte[] nonce, byte[] plain, byte[] aad) {
        static Drawn of(SHAKEDigest rng) {
            return new Drawn(
                    SecretBytes.copyOf(draw(rng, 32)),
                    draw(rng, 24),
                    draw(rng, draw(rng, 1)[0] & 0xff),
                    draw(rng, draw(rng, 1)[0] & 0xff));
        }
    }

    /**
     * C2SP's accumulated tests: 10,000 random keys, nonces and messages in one hash, and by {@code -Dsluice.rounds=100} the
     * million too.
     */
    @Test
    void agreesWithTheAccumulated() {
        int batch = 10_000;
        int most = Math.min(Rounds.of(batch), 1_000_000);
        SHAKEDigest rng = new SHAKEDigest(128);
        SHAKEDigest hash = new SHAKEDigest(128);
        for (int done = 0; done < most; done += batch) {
            List<Drawn> messages =
                    Stream.generate(() -> Drawn.of(rng)).limit(batch).toList();
            List<byte[]> sealed = messages.parallelStream()
                    .map(one -> new XaesGcm(one.key).seal(one.nonce, one.aad, one.plain))
                    .toList();
            sealed.forEach(one -> hash.update(one, 0, one.length));
            if (done == 0) {
                assertAccumulated("iter10000", new SHAKEDigest(hash));
                assertAllOpen(messages, sealed);
            }
        }
        if (most == 1_000_000) {
            assertAccumulated("iter1000000", hash);
        }
    }

    private static void assertAllOpen(List<Drawn> messages, List<byte[]> sealed) {
        for (int i = 0; i < messages.size(); i++) {
            Drawn one = messages.get(i);
            assertThat(new XaesGcm(one.key).open(one.nonce, one.aad, sealed.get(i)))
                    .isEqualTo(one.plain);
        }
    }

    private static void assertAccumulated(String member, SHAKEDigest hash) {
        byte[] out = new byte[32];
        hash.doFinal(out, 0, 32);
        assertThat(HexFormat.of().formatHex(out))
                .isEqualTo(Vectors.json("xaes/xaes_256_gcm_vectors.json")
                        .get("accumulated")
                        .get(member)
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
