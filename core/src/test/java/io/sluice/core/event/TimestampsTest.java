package io.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final DateTimeFormatter JDK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @Test
    void writesAndReadsAsTheJdkDoes() {
        long seed = 20_261_123;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            Instant instant = Instant.ofEpochSecond(
                    (long) (random.nextGaussian() * 40_000_000_000L), random.nextInt(1_000_000) * 1_000L);
            String text = JDK.format(instant);
            assertThat(Timestamps.format(instant)).isEqualTo(text);
            if (text.length() == 27) {
                assertThat(Timestamps.parse(text)).isEqualTo(instant);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-23T09:30:00Z",
                "2026-11-23T09:30:00.12345Z",
                "2026-11-23T09:30:00.1234567Z",
                "2026-11-23t09:30:00.123456Z",
                "2026-02-29T09:30:00.123456Z",
                "2026-13-01T09:30:00.123456Z",
                "2026-11-23T24:00:00.000000Z",
                "2026-11-23T23:59:60.000000Z",
                "2026-11-23T09:30:00.12345٣Z",
                "+026-11-23T09:30:00.123456Z"
            })
    void readsNoOtherForm(String text) {
        assertThatThrownBy(() -> Timestamps.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
