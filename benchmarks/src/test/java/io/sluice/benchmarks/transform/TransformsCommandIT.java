package io.sluice.benchmarks.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.SluiceMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code sluice bench transforms} as a user runs it, with short iterations. */
class TransformsCommandIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsOneJsonObjectWithEachCostAndTheRatio() throws Exception {
        int code = run("bench", "transforms", "--only", "encrypt", "--millis", "10", "-o", "json");

        assertThat(code).as(text(err)).isZero();
        assertThat(text(out).lines()).hasSize(1);
        JsonNode result = new ObjectMapper().readTree(text(out));
        assertThat(result.at("/perField/encrypt/nanos").asLong()).isPositive();
        assertThat(result.at("/perField/encrypt/allocatedBytes").asLong()).isPositive();
        assertThat(result.path("encryptRatio").asDouble()).isPositive();
        assertThat(result.path("encryptRatioBound").asDouble()).isPositive();
        assertThat(result.path("perField")).hasSize(3);
    }

    static java.util.List<String> cases() {
        return TransformCase.ALL.stream().map(TransformCase::name).toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachCaseGivesAView(String name) throws Exception {
        ViewBenchmark benchmark = new ViewBenchmark();
        benchmark.name = name;
        benchmark.open();
        benchmark.close();
    }

    @Test
    void refusesWhatItCannotRun() {
        assertThat(run("bench", "transforms", "--only", "encrypted")).isEqualTo(2);
        assertThat(text(err)).contains("--only encrypted: none of keep, drop, redact");
        assertThat(run("bench", "transforms", "--millis", "0")).isEqualTo(2);
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
