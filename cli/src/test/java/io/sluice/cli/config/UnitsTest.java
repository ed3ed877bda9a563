package io.sluice.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"512B,512", "1kB,1000", "64KiB,65536", "1 MiB,1048576", "2GB,2000000000", "1GiB,1073741824", "0B,0"})
    void readsSizes(String text, long bytes) {
        Size size = Size.parse(text);

        assertThat(size.bytes()).isEqualTo(bytes);
        assertThat(Size.parse(size.toString())).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1mib", "-1B", "1.5MiB", "MiB", "99999999999999B"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Size.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"250ms,250", "5s,5000", "2m,120000", "1h,3600000", "7d,604800000", "P7D,604800000", "PT1M30S,90000"})
    void readsDurations(String text, long millis) {
        Duration duration = Durations.parse(text);

        assertThat(duration).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 sec", "-5s", "P", "1.5s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
