package io.sluice.jobs.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.jobs.deliver.DeliverConfig;
import io.sluice.jobs.deliver.DeliverJob;
import io.sluice.jobs.deliver.FinishedParts;
import io.sluice.jobs.kafka.ClientSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs in a row: what was released stands in the recipients' files, once, also over a stop and a start. */
@NullUnmarked // what is null here fails the test
class DeliverJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    @Test
    void everyViewStandsInItsRecipientsFilesOnce() throws Exception {
        try (Cluster cluster = new Cluster(folder)) {
            JobClient protect = cluster.start();
            JobClient first = deliver(cluster);
            send(cluster, 0, 60);
            await().atMost(PATIENCE).until(() -> lines("care").size() >= 60);
            first.cancel().get(30, TimeUnit.SECONDS);
            send(cluster, 60, 100);

            JobClient second = deliver(cluster);
            await().atMost(PATIENCE)
                    .until(() ->
                            lines("care").size() >= 100 && lines("research").size() >= 100);
            second.cancel().get(30, TimeUnit.SECONDS);
            protect.cancel().get(30, TimeUnit.SECONDS);

            assertThat(lines("care")).hasSize(100).doesNotHaveDuplicates();
            assertThat(lines("research"))
                    .hasSize(100)
                    .doesNotHaveDuplicates()
                    .allSatisfy(line -> assertThat(line)
                            .contains("\"data\":{\"item\":\"tea-")
                            .doesNotContain("Nordmann"));
            assertThat(lines("marketing")).isEmpty();
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("out").resolve("care"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesToStartWithoutARecipientsTopic() throws Exception {
        try (Cluster cluster = new Cluster(folder, List.of("care"))) {
            assertThatThrownBy(() -> deliver(cluster))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dev.released.research");
        }
    }

    private void send(Cluster cluster, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            cluster.send(cluster.world.orderNow("o" + i, i % 7));
        }
    }

    private JobClient deliver(Cluster cluster) throws Exception {
        DeliverConfig config = new DeliverConfig(
                ClientSettings.of(cluster.broker.clientSettings(DevIdentity.DELIVER)),
                World.TENANT,
                TestPolicy.RECIPIENTS,
                folder.resolve("out").toString(),
                Duration.ofMillis(200),
                2);
        StreamExecutionEnvironment env = cluster.environment("deliver");
        DeliverJob.build(env, config);
        return env.executeAsync(DeliverJob.NAME);
    }

    private List<String> lines(String recipient) throws Exception {
        Path merged = folder.resolve(recipient + ".ndjson");
        FinishedParts.merge(folder.resolve("out").resolve(recipient), merged);
        return Files.readAllLines(merged);
    }
}
