package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of a run, a second start on the same folder. */
class KillIT {
    private static final Path INPUT = Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path scratch;

    /** Promise P4 across a crash: one entry for each position, one view for each record, whatever was in flight. */
    @Test
    void everyAcknowledgedEventHasItsEntryAndItsViewsOnce() throws Exception {
        Path kept = scratch.resolve("kept");
        String[] demo = {"demo", "--once", "--input", INPUT.toString(), "--keep", kept.toString(), "-o", "json"};
        SluiceProcess first = SluiceProcess.start(scratch, demo);
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(first.isAlive()).as(first.errors()).isTrue();
            return LogEntries.size(kept.resolve("audit")) > 200;
        });
        first.kill();

        SluiceProcess.Result second = SluiceProcess.run(scratch, Duration.ofMinutes(5), demo);

        assertThat(second.exitCode()).as(second.err()).isZero();
        JsonNode summary = JSON.readTree(second.out());
        assertThat(summary.path("logVerified").asBoolean()).isTrue();
        for (String recipient : List.of("care", "research")) {
            List<String> views = Files.readAllLines(kept.resolve(recipient + ".ndjson"));
            Set<String> released = new HashSet<>();
            for (String view : views) {
                assertThat(released.add(JSON.readTree(view).path("id").asText()))
                        .as("a released id stands once")
                        .isTrue();
            }
            assertThat(views).hasSize(1_062);
        }
        Set<String> resources = new HashSet<>();
        for (String view : Files.readAllLines(kept.resolve("care.ndjson"))) {
            resources.add(JSON.readTree(view).path("data").path("id").asText());
        }
        assertThat(resources).hasSize(1_062);

        Set<String> positions = new HashSet<>();
        int decided = 0;
        for (JsonNode entry : LogEntries.read(kept.resolve("audit"))) {
            if (entry.path("type").asText().equals("io.sluice.audit.record")) {
                assertThat(positions.add(entry.path("id").asText()))
                        .as("one entry for one position")
                        .isTrue();
                decided += entry.path("outcome").path("code").asText().equals("decided") ? 1 : 0;
            }
        }
        assertThat(decided).isEqualTo(1_062);
        assertThat(positions.size()).as("the repeats have their entries too").isGreaterThan(1_062);
    }
}
