package io.sluice.gateway.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.parse.BatchLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose slowness it is, by a clock that the test moves. */
class PaceTest {
    private static final int LEAST = 128;

    private long nanos = 1_000_000_000L;
    private final Pace pace = new Pace(BatchLimits.DEFAULT, LEAST, () -> nanos);

    @Test
    void whatTheProducerHadToWaitIsNotItsOwn() {
        pace.heard(10 * LEAST);
        wait(Duration.ofSeconds(20));
        assertThat(pace.finding(false)).isNull();

        wind(Duration.ofSeconds(5));
        pace.heard(1);
        wind(Duration.ofSeconds(11));
        assertThat(pace.finding(false)).isNotNull();
    }

    @Test
    void onesWhoDripAreSlowHoweverOftenTheyHadToWait() {
        for (int i = 0; i < 8; i++) {
            assertThat(pace.finding(false)).isNull();
            wind(Duration.ofSeconds(2));
            pace.heard(1);
            wait(Duration.ofMillis(10));
        }

        assertThat(pace.finding(false).detail()).contains("Less than " + LEAST + " bytes a second");
    }

    private void wait(Duration time) {
        wind(time);
        pace.waited(time.toNanos());
    }

    private void wind(Duration time) {
        nanos += time.toNanos();
    }
}
