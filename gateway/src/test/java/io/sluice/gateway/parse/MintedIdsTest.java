package io.sluice.gateway.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MintedIdsTest {
    private static final int IDS = 20_000;

    @Test
    void areRandomUuidsAndNoneTwiceWhateverTheThread() {
        MintedIds minted = new MintedIds();
        Set<UUID> ids = ConcurrentHashMap.newKeySet();
        int[] ones = new int[128];

        IntStream.range(0, IDS).parallel().forEach(i -> ids.add(minted.get()));

        assertThat(ids).hasSize(IDS).allSatisfy(id -> {
            assertThat(id.version()).isEqualTo(4);
            assertThat(id.variant()).isEqualTo(2);
        });
        for (UUID id : ids) {
            for (int bit = 0; bit < 128; bit++) {
                ones[bit] += (int)
                        ((bit < 64 ? id.getLeastSignificantBits() >>> bit : id.getMostSignificantBits() >>> bit - 64)
                                & 1);
            }
        }
        // The 122 bits that are drawn: each as often 1 as 0, within ten standard deviations.
        assertThat(IntStream.of(ones)
                        .filter(count -> Math.abs(count - IDS / 2) < 5 * Math.sqrt(IDS))
                        .count())
                .isEqualTo(122);
    }
}
