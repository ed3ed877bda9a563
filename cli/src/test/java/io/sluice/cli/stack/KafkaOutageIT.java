package io.sluice.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.client.Answer;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.cli.e2e.Producers;
import io.sluice.jobs.deliver.FinishedParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka goes away while producers post, and comes back. */
class KafkaOutageIT {
    private static final Path RULEBOOK = Path.of(System.getProperty("sluice.home"), "policies", "rulebook");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path scratch;

    /** Whoever was told 202 has a view, once; whoever came meanwhile was told 503, not left waiting. */
    @Test
    void whatWasAcknowledgedIsThereWhenKafkaIsBack() throws Exception {
        SluiceConfig config = SluiceConfig.defaults(scratch);
        try (StackFolder folder = StackFolder.claim(scratch.resolve("kept"));
                EmbeddedStack stack = EmbeddedStack.start(folder, config, RULEBOOK, what -> {})) {
            Producers producers = new Producers(folder.root(), stack.gatewayAddress(), Duration.ZERO);
            Set<String> acknowledged = new ConcurrentSkipListSet<>();
            AtomicInteger unavailable = new AtomicInteger();
            AtomicBoolean over = new AtomicBoolean();
            Thread producer = new Thread(() -> {
                for (int i = 0; !over.get(); i++) {
                    String id = "p-" + i;
                    try {
                        Answer answer = producers.patient(id, "female");
                        if (answer.accepted()) {
                            acknowledged.add(id);
                        } else if (answer.status() == 503 && answer.retryAfter().isPresent()) {
                            unavailable.incrementAndGet();
                        }
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            producer.start();
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= 30);

            stack.broker().stop();
            await().atMost(PATIENCE).until(() -> unavailable.get() >= 2);
            int before = acknowledged.size();
            stack.broker().startAgain();

            await().atMost(PATIENCE).until(() -> acknowledged.size() >= before + 30);
            over.set(true);
            producer.join();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(delivered(folder)).containsAll(acknowledged));
            assertThat(delivered(folder)).doesNotHaveDuplicates();
        }
    }

    private List<String> delivered(StackFolder folder) throws Exception {
        Path merged = scratch.resolve("care.ndjson");
        FinishedParts.merge(Files.createDirectories(folder.delivered().resolve("care")), merged);
        List<String> ids = new ArrayList<>();
        for (String line : Files.readAllLines(merged)) {
            JsonNode view = JSON.readTree(line);
            ids.add(view.at("/data/id").asText());
        }
        return ids;
    }
}
