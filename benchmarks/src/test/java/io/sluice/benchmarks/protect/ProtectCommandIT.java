package io.sluice.benchmarks.protect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.SluiceMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** {@code sluice bench protect} as a user runs it, with few records: what it prints and that it counted. */
class ProtectCommandIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsOneJsonObjectWithBothRatesAndWhatEveryRoundWrote() throws Exception {
        int code = run("bench", "protect", "--records", "300", "--warm-up", "1", "--rounds", "1", "-o", "json");

        assertThat(code).as(text(err)).isZero();
        JsonNode result = new ObjectMapper().readTree(text(out));
        assertThat(text(out).lines()).hasSize(1);
        double protect = result.path("protectPerSecond").asDouble();
        double passThrough = result.path("passThroughPerSecond").asDouble();
        assertThat(protect).isPositive();
        assertThat(passThrough).isPositive();
        assertThat(result.path("ratio").asDouble()).isBetween(0.9 * protect / passThrough, 1.1 * protect / passThrough);
        assertThat(result.at("/protectMicros/all").isNumber()).isTrue();
        assertThat(result.at("/passThroughMicros/all").isNumber()).isTrue();
        for (String topic : new String[] {"released.billing", "released.care", "released.research", "audit.entries"}) {
            JsonNode volume = result.path("outputs").path("bench." + topic);
            assertThat(volume.path("records").asInt()).as(topic).isEqualTo(300);
            assertThat(volume.path("bytes").asInt()).as(topic).isGreaterThan(300 * 200);
        }
        assertThat(result.at("/outputs/bench.events.quarantine/records").asInt(-1))
                .isZero();
        assertThat(text(err)).contains("protect").contains("pass-through");
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThat(run("bench", "protect", "--records", "0")).isEqualTo(2);
        assertThat(text(err)).contains("--records must be 10 to 1000000, not 0");
        assertThat(run("bench", "protect", "--rounds", "0")).isEqualTo(2);
        assertThat(run("bench", "protect", "--input", "/nowhere")).isEqualTo(1);
        assertThat(text(err)).contains("--input /nowhere: cannot be read as a folder");
        assertThat(text(out)).isEmpty();
    }

    private int run(String... arguments) {
        return SluiceMain.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
