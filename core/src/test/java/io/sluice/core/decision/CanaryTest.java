package io.sluice.core.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {
    private static final Candidate CANDIDATE = new Candidate("ab".repeat(32), 2);

    /** Computed beside, with another SHA-256. */
    @ParameterizedTest
    @CsvSource({"a,2152", "v1.subject,1772", "0123456789abcdef,5527"})
    void theSlotOfAKeyNeverChanges(String key, int slot) {
        assertThat(Canary.slot(key)).isEqualTo(slot);
        assertThat(new Canary(CANDIDATE, slot + 1).includes(key)).isTrue();
        assertThat(slot > 0 && new Canary(CANDIDATE, slot).includes(key)).isFalse();
    }

    @Test
    void aGreaterShareKeepsTheSubjectsAndAShareIsAboutItsShare() {
        int small = 0;
        for (int i = 0; i < 10_000; i++) {
            String key = "subject-" + i;
            boolean early = new Canary(CANDIDATE, 500).includes(key);
            assertThat(early && !new Canary(CANDIDATE, 2_500).includes(key)).isFalse();
            small += early ? 1 : 0;
        }
        assertThat(small).isBetween(400, 600); // 4.6 standard deviations of a fair draw
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_000, Integer.MAX_VALUE})
    void aShareOutOfRangeIsRefused(int share) {
        assertThatThrownBy(() -> new Canary(CANDIDATE, share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 9,999");
    }
}
