package io.sluice.benchmarks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.SluiceMain;
import io.sluice.policies.build.OpaTool;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@code sluice bench decision} as a user runs it, with few questions; needs {@code opa}. */
class DecisionCommandIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsOneJsonObjectWithTheTimesAndTheirRatios() throws Exception {
        Assumptions.assumeTrue(
                OpaTool.find(System.getenv(), Path.of(System.getProperty("sluice.home")))
                        .isPresent(),
                "opa is not at hand: " + OpaTool.INSTALL);

        int code = run("bench", "decision", "--questions", "60", "--rounds", "1", "-o", "json");

        assertThat(code).as(text(err)).isZero();
        assertThat(text(out).lines()).hasSize(1);
        JsonNode result = new ObjectMapper().readTree(text(out));
        double wasm = result.path("wasmNanos").asDouble();
        double rest = result.path("opaRestNanos").asDouble();
        double cached = result.path("cachedNanos").asDouble();
        assertThat(cached).isPositive().isLessThan(wasm);
        assertThat(result.path("opaRestToWasm").asDouble()).isBetween(0.9 * rest / wasm, 1.1 * rest / wasm);
        assertThat(result.path("wasmToCached").asDouble()).isBetween(0.9 * wasm / cached, 1.1 * wasm / cached);
        assertThat(text(err)).contains("warm-up: wasm").contains("round 1: wasm");
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThat(run("bench", "decision", "--questions", "5")).isEqualTo(2);
        assertThat(run("bench", "decision", "--rounds", "0")).isEqualTo(2);
        assertThat(run("bench", "decision", "--questions", "9000")).isEqualTo(2);
        assertThat(text(err)).contains("all questions of a run, the warm-up's too, at most 16384");
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
