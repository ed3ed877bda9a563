package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.certs.DevIdentity;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Notice;
import io.sluice.jobs.deliver.DeliverConfig;
import io.sluice.jobs.deliver.DeliverJob;
import io.sluice.jobs.deliver.Destination;
import io.sluice.jobs.deliver.FinishedParts;
import io.sluice.jobs.kafka.ClientSettings;
import io.sluice.jobs.postgres.DeliveryCheck;
import io.sluice.jobs.postgres.DeliveryTally;
import io.sluice.jobs.postgres.PostgresSink;
import io.sluice.jobs.postgres.PostgresTables;
import io.sluice.jobs.postgres.TestDatabase;
import io.sluice.jobs.released.Recipients;
import io.sluice.jobs.released.ReleasedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both jobs in a row: what was released is delivered to the recipients, once, also over a stop and a start. */
@NullUnmarked // what is null here fails the test
class DeliverJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AtomicInteger FLUSHES_TO_FAIL = new AtomicInteger();

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

    /** The job fails between a flush and its checkpoint, the server dies while rows come: the table equals the topic. */
    @Test
    void tablesEqualTopicsRowByRowThroughFailuresAndAKilledServer() throws Exception {
        TestDatabase database = TestDatabase.create(folder);
        try (Cluster cluster = new Cluster(folder, List.of("care", "research"));
                KafkaProducer<byte[], byte[]> protect = new KafkaProducer<>(
                        cluster.broker.clientSettings(DevIdentity.PROTECT),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            FLUSHES_TO_FAIL.set(3);
            JobClient first = deliverTo(cluster, database);
            views(protect, "care", 0, 150);
            await().atMost(PATIENCE).until(() -> FLUSHES_TO_FAIL.get() == 0);
            TestDatabase.server().kill();
            views(protect, "care", 150, 300);
            views(protect, "research", 0, 100);
            TestDatabase.server().startAgain();
            await().atMost(PATIENCE).until(() -> count(database, "care") >= 300);
            first.cancel().get(30, TimeUnit.SECONDS);

            cluster.appears("registry");
            views(protect, "registry", 0, 20);
            notice(protect, "care");
            JobClient second = deliverTo(cluster, database);
            await().atMost(PATIENCE).until(() -> differences(cluster, database).isEmpty());
            second.cancel().get(30, TimeUnit.SECONDS);

            assertThat(rows(database, "care"))
                    .isEqualTo(records(cluster, "care"))
                    .hasSize(301);
            assertThat(rows(database, "research"))
                    .isEqualTo(records(cluster, "research"))
                    .hasSize(100);
            assertThat(rows(database, "registry"))
                    .isEqualTo(records(cluster, "registry"))
                    .hasSize(20);
            theCheckFindsEveryDifference(cluster, database);
        }
    }

    private static void theCheckFindsEveryDifference(Cluster cluster, TestDatabase database) throws Exception {
        database.run("DELETE FROM sluice.care WHERE id = 'care7'");
        assertThat(differences(cluster, database)).containsExactly("care missing 1");
        database.run("UPDATE sluice.care SET data = '{\"n\": 8}' WHERE id = 'care8'");
        database.run("UPDATE sluice.care SET id = 'care9b' WHERE id = 'care9'");
        assertThat(differences(cluster, database)).containsExactly("care missing 1 different 2");
        database.run("INSERT INTO sluice.research (id, source, type, kafka_partition, kafka_offset)"
                + " SELECT 'made up', 's', 't', kafka_partition, kafka_offset FROM sluice.research LIMIT 1");
        assertThat(differences(cluster, database)).contains("research extra 1");
        database.run("DELETE FROM sluice.registry");
        assertThat(differences(cluster, database)).contains("registry behind 20");
        database.run("DROP TABLE sluice.registry");
        assertThat(differences(cluster, database)).contains("registry behind 20");
    }

    private static List<String> differences(Cluster cluster, TestDatabase database) {
        try (DeliveryCheck check = new DeliveryCheck(database.config(), kafka(cluster))) {
            List<String> recipients = Recipients.withTopic(kafka(cluster), World.TENANT, List.of());
            assertThat(recipients).contains("care", "research");
            Map<String, Map<String, Long>> sums = new TreeMap<>();
            for (DeliveryTally tally : check.run(recipients)) {
                Map<String, Long> sum = sums.computeIfAbsent(tally.recipient(), recipient -> new LinkedHashMap<>());
                sum.merge("behind", tally.behind(), Long::sum);
                sum.merge("missing", tally.missing(), Long::sum);
                sum.merge("different", tally.different(), Long::sum);
                sum.merge("extra", tally.extra(), Long::sum);
                long named = tally.delivered() + tally.behind() + tally.missing() + tally.different();
                assertThat(tally.released()).isEqualTo(named);
                assertThat(tally.equal()).isEqualTo(tally.delivered() == named && tally.extra() == 0);
            }
            List<String> differences = new ArrayList<>();
            sums.forEach((recipient, sum) -> {
                StringBuilder said = new StringBuilder(recipient);
                sum.forEach((what, number) -> said.append(number == 0 ? "" : " " + what + " " + number));
                if (said.length() > recipient.length()) {
                    differences.add(said.toString());
                }
            });
            return differences;
        }
    }

    /** Flushes as the sink does, and fails the task after that: the checkpoint that would cover the rows never is. */
    private record FailsAfterFlush(PostgresSink sink) implements Sink<ReleasedEvent> {
        @Override
        public SinkWriter<ReleasedEvent> createWriter(WriterInitContext context) throws IOException {
            SinkWriter<ReleasedEvent> writer = sink.createWriter(context);
            return new SinkWriter<>() {
                private boolean dirty;

                @Override
                public void write(ReleasedEvent event, Context where) throws IOException, InterruptedException {
                    dirty = true;
                    writer.write(event, where);
                }

                @Override
                public void flush(boolean endOfInput) throws IOException, InterruptedException {
                    writer.flush(endOfInput);
                    if (dirty && FLUSHES_TO_FAIL.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new IOException("injected between flush and checkpoint");
                    }
                    dirty = false;
                }

                @Override
                public void close() throws Exception {
                    writer.close();
                }
            };
        }
    }

    private JobClient deliverTo(Cluster cluster, TestDatabase database) throws Exception {
        UUID identity = PostgresTables.prepare(database.config(), List.of("care"));
        DeliverConfig config = new DeliverConfig(
                kafka(cluster),
                World.TENANT,
                List.of(),
                new Destination.Postgres(database.config(), identity),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                2);
        StreamExecutionEnvironment env = cluster.environment("deliver-to-postgresql");
        DeliverJob.build(env, config, new FailsAfterFlush(new PostgresSink(database.config(), identity)), "postgresql");
        return env.executeAsync(DeliverJob.NAME);
    }

    private static ClientSettings kafka(Cluster cluster) {
        return ClientSettings.of(cluster.broker.clientSettings(DevIdentity.DELIVER));
    }

    private static int count(TestDatabase database, String recipient) throws Exception {
        return Integer.parseInt(
                database.query("SELECT count(*) FROM sluice." + recipient).get(0));
    }

    /** Rows as the test reads them, without any code of the job's. */
    private static List<String> rows(TestDatabase database, String recipient) throws Exception {
        return database
                .query("SELECT kafka_partition, kafka_offset, id, source, type, data FROM sluice." + recipient)
                .stream()
                .sorted()
                .toList();
    }

    private static List<String> records(Cluster cluster, String recipient) {
        return cluster.read(World.TOPICS.released(recipient)).stream()
                .map(record -> String.join(
                        " ",
                        Integer.toString(record.partition()),
                        Long.toString(record.offset()),
                        Cluster.header(record, "ce_id"),
                        Cluster.header(record, "ce_source"),
                        Cluster.header(record, "ce_type"),
                        new String(record.value(), UTF_8)))
                .sorted()
                .toList();
    }

    private static void notice(KafkaProducer<byte[], byte[]> protect, String recipient) throws Exception {
        send(protect, recipient, "notice", Notice.type(Choice.Kind.OBJECTION), "{}");
    }

    private static void views(KafkaProducer<byte[], byte[]> protect, String recipient, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            send(protect, recipient, recipient + i, "test", "{\"n\":" + i + "}");
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> protect, String recipient, String id, String type, String data)
            throws Exception {
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(World.TOPICS.released(recipient), null, id.getBytes(UTF_8), data.getBytes(UTF_8));
        Map.of("ce_specversion", "1.0", "ce_id", id, "ce_source", "urn:test", "ce_type", type)
                .forEach((name, value) -> event.headers().add(name, value.getBytes(UTF_8)));
        protect.send(event).get(20, TimeUnit.SECONDS);
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
                List.of(),
                Destination.Files.in(folder.resolve("out")),
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
