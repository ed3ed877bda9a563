package io.sluice.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protection.seal.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KafkaHeadersTest {
    @Test
    void areThoseOfTheEventWhateverTheOneBeforeHad() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Header> known = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            known.add(new Header("ce_" + i / 2, Integer.toString(i).getBytes(UTF_8)));
        }
        KafkaHeaders headers = new KafkaHeaders();
        for (int i = 0; i < 2_000; i++) {
            List<Header> event = random.ints(random.nextInt(5), 0, known.size())
                    .mapToObj(known::get)
                    .toList();

            var first = headers.of(event);

            assertThat(first)
                    .as("seed %d, round %d", seed, i)
                    .extracting(header -> new Header(header.key(), header.value()))
                    .isEqualTo(event);
            var second = headers.of(event);
            for (int h = 0; h < event.size(); h++) {
                assertThat(second.get(h)).isSameAs(first.get(h));
            }
        }
    }
}
