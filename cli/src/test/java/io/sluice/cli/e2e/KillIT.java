package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.client.ClientException;
import io.sluice.jobs.deliver.FinishedParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** kill -9 in the middle of posting and of delivery, a second start on the same folder. */
class KillIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path scratch;

    private enum Moment {
        /** While producers are being answered. */
        POSTING,
        /** After the last answer, with views not yet in their files. */
        DELIVERING
    }

    /** Promise P4 across a crash: what a producer was told is durable is there, with its entry and its views, once. */
    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedIsThereOnce(Moment moment) throws Exception {
        Path kept = scratch.resolve("kept");
        SluiceProcess first = SluiceProcess.start(scratch, "demo", "--keep", kept.toString(), "--events", "0");
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(first.isAlive()).as(first.errors()).isTrue();
            return first.errors().contains("Up until Ctrl-C");
        });
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        Producers producers = new Producers(kept, RunningDemoIT.gateway(first.output()), Duration.ZERO);
        int most = moment == Moment.POSTING ? Integer.MAX_VALUE : 400;
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < 8; i++) {
                threads.execute(() -> post(producers, next, most, acknowledged));
            }
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> acknowledged.size() >= 400
                            && !views(kept.resolve("delivered/care")).isEmpty());
            first.kill();
        } finally {
            threads.shutdownNow();
        }
        assertThat(views(kept.resolve("delivered/care")).size())
                .as("killed in the middle")
                .isLessThan(acknowledged.size());

        SluiceProcess.Result second = SluiceProcess.run(
                scratch,
                Duration.ofMinutes(5),
                "demo",
                "--once",
                "--keep",
                kept.toString(),
                "--events",
                "0",
                "-o",
                "json");

        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(JSON.readTree(second.out()).path("logVerified").asBoolean()).isTrue();
        Set<String> positions = new HashSet<>();
        Map<String, Set<String>> released = new HashMap<>();
        for (JsonNode entry : LogEntries.read(kept.resolve("audit"))) {
            if (entry.path("type").asText().equals("io.sluice.audit.record")) {
                assertThat(positions.add(entry.path("id").asText())).isTrue();
                for (JsonNode recipient : entry.path("recipients")) {
                    if (recipient.has("releasedId")) {
                        released.computeIfAbsent(recipient.path("id").asText(), id -> new TreeSet<>())
                                .add(recipient.path("releasedId").asText());
                    }
                }
            }
        }
        for (String recipient : List.of("care", "research")) {
            List<String> ids = new ArrayList<>();
            for (String line : Files.readAllLines(kept.resolve(recipient + ".ndjson"))) {
                ids.add(JSON.readTree(line).path("id").asText());
            }
            assertThat(ids)
                    .as("each view has its entry, each release its view, once")
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(released.getOrDefault(recipient, Set.of()));
        }
        List<String> patients = new ArrayList<>();
        for (String line : Files.readAllLines(kept.resolve("care.ndjson"))) {
            patients.add(JSON.readTree(line).at("/data/id").asText());
        }
        assertThat(patients).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(released.getOrDefault("research", Set.of())).hasSameSizeAs(patients);
    }

    private static void post(Producers producers, AtomicInteger next, int most, Set<String> acknowledged) {
        try {
            for (int i = next.getAndIncrement(); i < most; i = next.getAndIncrement()) {
                if (producers.patient("p-" + i, "female").accepted()) {
                    acknowledged.add("p-" + i);
                }
            }
        } catch (InterruptedException | ClientException e) {
            // The gateway is gone, as it should be.
        }
    }

    private static List<String> views(Path folder) throws IOException {
        List<String> views = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            for (Path part : FinishedParts.of(folder)) {
                views.addAll(Files.readAllLines(part));
            }
        }
        return views;
    }
}
