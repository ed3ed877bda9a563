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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of posting and again in the middle of delivery, each time a start on the same folder. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KillIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path scratch;

    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private volatile String noAnswer = "none";

    /** Promise P4 across crashes: what a producer was told is durable is there, with its entry and its views, once. */
    @Test
    void whatWasAcknowledgedIsThereOnce() throws Exception {
        Path kept = scratch.resolve("kept");
        killInTheMiddle(kept, "posting", Integer.MAX_VALUE);
        killInTheMiddle(kept, "delivering", 400); // most views are not yet in their files after the last answer

        SluiceProcess.Result last =
                SluiceProcess.here("demo", "--once", "--keep", kept.toString(), "--events", "0", "-o", "json");

        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(JSON.readTree(last.out()).path("logVerified").asBoolean()).isTrue();
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

    /** Kills until a kill came in time: where a machine is busy, all may be delivered before it. */
    private void killInTheMiddle(Path kept, String moment, int most) throws Exception {
        for (int attempt = 1; attempt <= 4; attempt++) {
            killWhilePosting(kept, moment + "-" + attempt, most);
            if (views(kept.resolve("delivered/care")).size() < acknowledged.size()) {
                return;
            }
        }
        throw new AssertionError("never killed in the middle of " + moment);
    }

    /** Starts on the folder, posts so many patients, and kills once 400 are acknowledged and some views are in their files. */
    private void killWhilePosting(Path kept, String moment, int most) throws Exception {
        SluiceProcess demo = SluiceProcess.start(scratch, "demo", "--keep", kept.toString(), "--events", "0");
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(demo.isAlive()).as(demo.errors()).isTrue();
            return demo.errors().contains("Up until Ctrl-C");
        });
        int viewsBefore = views(kept.resolve("delivered/care")).size();
        int acknowledgedBefore = acknowledged.size();
        Producers producers = new Producers(kept, RunningDemoIT.gateway(demo.output()), Duration.ZERO);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < 8; i++) {
                threads.execute(() -> post(demo, producers, moment, next, most));
            }
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofMinutes(4))
                    .untilAsserted(() -> {
                        assertThat(acknowledged.size())
                                .as("acknowledged; the last call without an answer: " + noAnswer)
                                .isGreaterThanOrEqualTo(acknowledgedBefore + 400);
                        assertThat(views(kept.resolve("delivered/care")).size())
                                .as("views in their files")
                                .isGreaterThan(viewsBefore);
                    });
            demo.kill();
        } finally {
            threads.shutdownNow();
        }
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    /** As a producer does, it posts an event again until it has its answer, or the gateway is gone. */
    private void post(SluiceProcess demo, Producers producers, String moment, AtomicInteger next, int most) {
        for (int i = next.getAndIncrement(); i < most; i = next.getAndIncrement()) {
            String id = moment + "-" + i;
            while (!acknowledged.contains(id)) {
                try {
                    if (producers.patient(id, "female").accepted()) {
                        acknowledged.add(id);
                    }
                } catch (InterruptedException e) {
                    return;
                } catch (ClientException e) {
                    if (!demo.isAlive()) {
                        return;
                    }
                    noAnswer = e.toString();
                }
            }
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
