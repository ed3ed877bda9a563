package io.sluice.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class GatewayCommandIT {
    @Test
    @Timeout(180)
    void putsTheGatewayBesideABareServer() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new GatewayCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--seconds", "1", "--rounds", "1", "--warm-up", "1", "--clients", "2", "-o", "json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("batchRatio").asDouble()).isPositive();
        assertThat(json.path("singleRatio").asDouble()).isPositive();
        assertThat(json.path("servers")).hasSize(5).allSatisfy(server -> {
            assertThat(server.path("eventsPerSecond").asInt()).isPositive();
            assertThat(server.path("p99Millis").asDouble())
                    .isGreaterThanOrEqualTo(server.path("medianMillis").asDouble());
            assertThat(server.path("processorMicros").properties())
                    .extracting(Map.Entry::getKey)
                    .contains("client", "loop", "sender", "broker", "jvm");
        });
    }

    @Test
    void refusesWhatIsNoRun() {
        StringWriter err = new StringWriter();
        assertThat(new CommandLine(new GatewayCommand())
                        .setErr(new PrintWriter(err))
                        .execute("--batch", "1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--batch is 2 to 1000");
    }

    @Test
    void namesTheFolderThatHoldsNothing(@TempDir Path folder) {
        StringWriter err = new StringWriter();
        int code = new CommandLine(new GatewayCommand())
                .setErr(new PrintWriter(err))
                .execute("--input", folder.toString());

        assertThat(code).isNotZero();
        assertThat(err.toString())
                .contains("--input " + folder + ": holds no .json file")
                .as("nothing was started")
                .doesNotContain("starting");
    }

    @Test
    void postsEachResourceInItsTurn() {
        Resources resources = new Resources(List.of(bytes("{\"a\":1}"), bytes("{\"b\":2}")));

        assertThat(new String(resources.lines(3), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":1}\n{\"b\":2}\n{\"a\":1}\n");
        assertThat(new String(resources.lines(1), StandardCharsets.UTF_8)).isEqualTo("{\"b\":2}\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
