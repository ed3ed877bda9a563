package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

    /** Recipients come and go while the job runs and while it does not; nobody's view is lost or doubled. */
    @Test
    void recipientsComeAndGo() throws Exception {
        try (Cluster cluster = new Cluster(folder, List.of("care"));
                KafkaProducer<byte[], byte[]> protect = new KafkaProducer<>(
                        cluster.broker.clientSettings(DevIdentity.PROTECT),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            JobClient first = deliver(cluster);
            views(protect, "care", 0, 20);
            await().atMost(PATIENCE).until(() -> lines("care").size() >= 20);

            cluster.appears("registry");
            views(protect, "registry", 0, 30);
            await().atMost(PATIENCE).until(() -> lines("registry").size() >= 30);
            views(protect, "registry", 30, 40);
            await().atMost(PATIENCE).until(() -> lines("registry").size() >= 40);
            first.cancel().get(30, TimeUnit.SECONDS);

            views(protect, "registry", 40, 50);
            cluster.admin
                    .deleteTopics(List.of(World.TOPICS.released("care")))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            cluster.appears("archive");
            views(protect, "archive", 0, 10);
            JobClient second = deliver(cluster);
            await().atMost(PATIENCE)
                    .until(() ->
                            lines("registry").size() >= 50 && lines("archive").size() >= 10);
            second.cancel().get(30, TimeUnit.SECONDS);

            assertThat(lines("registry")).hasSize(50).doesNotHaveDuplicates();
            assertThat(lines("archive")).hasSize(10).doesNotHaveDuplicates();
            assertThat(lines("care")).hasSize(20).doesNotHaveDuplicates();
        }
    }

    private static void views(KafkaProducer<byte[], byte[]> protect, String recipient, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            byte[] key = (recipient + i).getBytes(UTF_8);
            ProducerRecord<byte[], byte[]> view = new ProducerRecord<>(
                    World.TOPICS.released(recipient), null, key, ("{\"n\":" + i + "}").getBytes(UTF_8));
            Map.of("ce_specversion", "1.0", "ce_id", recipient + i, "ce_source", "urn:test", "ce_type", "test")
                    .forEach((name, value) -> view.headers().add(name, value.getBytes(UTF_8)));
            protect.send(view).get(20, TimeUnit.SECONDS);
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
                folder.resolve("out").toString(),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                2);
        StreamExecutionEnvironment env = cluster.environment("deliver");
        DeliverJob.build(env, config);
        return env.executeAsync(DeliverJob.NAME);
    }

    private List<String> lines(String recipient) throws Exception {
        Path merged = folder.resolve(recipient + ".ndjson");
        Path parts = Files.createDirectories(folder.resolve("out").resolve(recipient));
        FinishedParts.merge(parts, merged);
        return Files.readAllLines(merged);
    }
}
