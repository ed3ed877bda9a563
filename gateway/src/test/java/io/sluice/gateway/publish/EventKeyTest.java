package io.sluice.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.encoding.Base32;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventKeyTest {
    @Test
    void isTheBytesOfTheHash() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] hash = new byte[16];
            random.nextBytes(hash);
            ByteBuffer bytes = ByteBuffer.wrap(hash);

            assertThat(EventKey.of(Base32.encode("e" + (1 + random.nextInt(200)) + "_", hash, 16)))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(new EventKey(bytes.getLong(), bytes.getLong()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "e1_",
                "s1_abcdefghijklmnopqrstuvwxya",
                "e1-abcdefghijklmnopqrstuvwxya",
                "e_abcdefghijklmnopqrstuvwxya",
                "e1_abcdefghijklmnopqrstuvwxy",
                "e1_abcdefghijklmnopqrstuvwxyz2",
                "e1_Abcdefghijklmnopqrstuvwxya",
                "e1_abcdefghijklmnopqrstuvwxy1"
            })
    void refusesWhatNoTaggerMakes(String id) {
        assertThatThrownBy(() -> EventKey.of(id)).isInstanceOf(IllegalArgumentException.class);
    }
}
