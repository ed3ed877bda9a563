package io.sluice.protection.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.encoding.Base32;
import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.Keystore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectReferencesTest {
    @TempDir
    Path folder;

    /** A thread's HMAC and its input are used for one id after the other: as if each were the first. */
    @Test
    void areTheHmacOfTheirParts() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        KeyRing ring = Keystore.openOrCreate(folder.resolve("s"), folder.resolve("pw"), "dev")
                .ring();
        SubjectReferences references = new SubjectReferences("dev", ring);
        for (int i = 0; i < 500; i++) {
            String[] parts = {text(random), text(random), text(random)};

            assertThat(references.eventId(parts[0], parts[1], parts[2]))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo("e1_" + slowly(ring, "event-id", parts));
            assertThat(references.of(parts[0], parts[1], parts[2]).value())
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo("s1_" + slowly(ring, "subject-reference", parts));
            assertThat(references.all(parts[0], parts[1], parts[2]))
                    .containsExactly(references.of(parts[0], parts[1], parts[2]));
            if (i % 100 == 0) { // leaves nothing behind either
                assertThatThrownBy(() -> references.eventId(parts[0], parts[1], "x".repeat(0x10000)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static String slowly(KeyRing ring, String key, String... parts) {
        LengthPrefixed input = new LengthPrefixed().bytes("dev".getBytes(StandardCharsets.UTF_8));
        for (String part : parts) {
            input.bytes(part.getBytes(StandardCharsets.UTF_8));
        }
        return Base32.encode(new HmacSha256(ring.getOrCreate(key).secret()).of(input.toBytes()), 16);
    }

    private static String text(Random random) {
        int letters = random.nextInt(4) == 0 ? 0x3000 : 0x80;
        return random.ints(random.nextInt(random.nextInt(20) == 0 ? 9_000 : 60), 0, letters)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
