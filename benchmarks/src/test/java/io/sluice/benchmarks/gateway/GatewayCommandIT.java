package io.sluice.benchmarks.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
}
