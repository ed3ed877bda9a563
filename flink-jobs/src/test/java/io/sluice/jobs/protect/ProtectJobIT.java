package io.sluice.jobs.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.Choice;
import io.sluice.core.event.Notice;
import io.sluice.core.event.Tags;
import io.sluice.jobs.kafka.IngressRecord;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.seal.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a mini cluster and a real broker: exactly once, whatever fails, and never a restart for a record's sake. */
@NullUnmarked // what is null here fails the test
class ProtectJobIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

    @TempDir
    Path folder;

    @BeforeEach
    void reset() {
        OPENED.set(0);
        FAILURES_LEFT.set(0);
    }

    /** Fails after the checkpoint is complete and before the sink commits, as often as it is told to. */
    private static final class FailsBeforeCommit extends ProtectFunction implements CheckpointListener {
        private static final long serialVersionUID = 1;
        private long since;

        FailsBeforeCommit(StepsFactory factory, ProtectLimits limits, CheckpointGuard guard) {
            super(factory, limits, guard);
        }

        @Override
        public void open(OpenContext context) {
            OPENED.incrementAndGet();
            super.open(context);
        }

        @Override
        public void processElement(
                IngressRecord record, Context context, Collector<io.sluice.jobs.kafka.KafkaOutput> out)
                throws Exception {
            since++;
            super.processElement(record, context, out);
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            if (since > 0 && FAILURES_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("injected between pre-commit and commit");
            }
            since = 0;
        }
    }

    @Test
    void p4EveryRecordOnceWithItsEntryInOneTransactionThroughFailuresBetweenPreCommitAndCommit() throws Exception {
        try (Cluster cluster = new Cluster(folder)) {
            FAILURES_LEFT.set(3);
            cluster.world.policies.put(2L, new TestPolicy(2));
            JobClient job = cluster.start(function(cluster));
            int records = 400;
            Map<String, Long> stamped = new TreeMap<>();
            for (int i = 0; i < records; i++) { // one of two gateways learns of the switch a hundred records later
                long activation = i >= (i % 2 == 0 ? 150 : 250) ? 2 : 1;
                cluster.send(cluster.world.orderNow("o" + i, i % 40, activation));
                stamped.put(cluster.world.tags("o" + i, i % 40).id(), activation);
            }

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> FAILURES_LEFT.get() == 0 && cluster.entries().size() >= records);
            job.cancel().get(30, TimeUnit.SECONDS);

            assertThat(OPENED.get()).as("the injected failures restarted it").isGreaterThan(2);
            assertOnceAndTogether(cluster, records);
            for (JsonNode entry : cluster.entries()) { // P9, also of those decided again after a failure
                long activation = stamped.get(entry.path("event").asText());
                assertThat(entry.at("/policy/activation").asLong()).isEqualTo(activation);
                assertThat(entry.at("/policy/revision").asLong()).isEqualTo(activation);
                assertThat(entry.at("/policy").has("applied")).isFalse();
            }
        }
    }

    @Test
    void goesOnFromItsCheckpointAfterItsClusterIsGone() throws Exception {
        try (Cluster cluster = new Cluster(folder)) {
            JobClient first = cluster.start();
            for (int i = 0; i < 50; i++) {
                cluster.send(cluster.world.orderNow("o" + i, i % 5));
            }
            cluster.send(cluster.world.choiceNow("c", 1, consent()));
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == 51);
            Path savepoints = folder.resolve("savepoints");
            first.triggerSavepoint(savepoints.toUri().toString(), SavepointFormatType.CANONICAL)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            first.cancel().get(30, TimeUnit.SECONDS);
            Path checkpoints = folder.resolve("checkpoints").resolve("protect");
            List<Path> ofTheFirst = completed(checkpoints);
            assertThat(ofTheFirst).isNotEmpty();
            copy(checkpoints, folder.resolve("older"));
            for (int i = 50; i < 100; i++) {
                cluster.send(cluster.world.orderNow("o" + i, i % 5));
            }

            JobClient second = cluster.start();
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == 101);
            await("what it started from goes")
                    .atMost(PATIENCE)
                    .until(() -> completed(checkpoints).stream().noneMatch(ofTheFirst::contains));
            second.cancel().get(30, TimeUnit.SECONDS);

            assertThat(cluster.read("dev.released.care")).hasSize(100);
            assertThat(cluster.read("dev.released.marketing"))
                    .as("the consent was restored")
                    .hasSize(10);

            Files.move(checkpoints, folder.resolve("newest"));
            assertRefused(cluster.start(), "without a checkpoint");
            Files.move(checkpoints, folder.resolve("refused"));
            Files.move(folder.resolve("older"), checkpoints);
            assertRefused(cluster.start(), "from a checkpoint that ends before [events.ingress/1/");
            Files.move(checkpoints, folder.resolve("older"));
            Files.move(savepoints, checkpoints);
            assertRefused(cluster.start(), "from a checkpoint that ends before [events.ingress/1/");
            assertThat(cluster.entries()).as("nothing was committed").hasSize(101);
            RingKey aged = cluster.world.agedKey("encrypt.aged");
            RingKey left = cluster.world.rotatedByAJobThatDied("encrypt.left");
            JobClient accepted = cluster.start(true);
            await().atMost(PATIENCE)
                    .until(() -> cluster.entries().stream()
                            .anyMatch(entry -> entry.path("code").asText().equals("reprocess-accepted")
                                    && entry.at("/detail/beyond").asText().startsWith("events.ingress/1/")));
            await("a key is replaced by itself; an entry says so, and of what a job replaced that died before")
                    .atMost(PATIENCE)
                    .until(() -> rotations(cluster).containsAll(List.of(aged.name(), left.name()))
                            && cluster.world.fields.ring().untold().isEmpty());
            cluster.world.untellRotation(left); // as if that job had died when its entry was committed already
            await("it is found in the log")
                    .atMost(PATIENCE)
                    .until(() -> cluster.world.fields.ring().untold().isEmpty());
            assertThat(rotations(cluster)).containsExactlyInAnyOrder(aged.name(), left.name());
            accepted.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    /** The keys of whose second version an entry tells that it was made because of the age of the first. */
    private static List<String> rotations(Cluster cluster) {
        return cluster.entries().stream()
                .filter(entry -> entry.path("code").asText().equals("key-rotated")
                        && entry.at("/detail/cause").asText().equals("age")
                        && entry.at("/detail/version").asInt() == 2)
                .map(entry -> entry.at("/detail/key").asText())
                .toList();
    }

    /** P7: it would not know what was erased since. */
    private static void assertRefused(JobClient job, String why) {
        assertThatThrownBy(() -> job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasStackTraceContaining("CheckpointRefusedException: The protect job refuses to start " + why)
                .hasStackTraceContaining("--accept-reprocess");
    }

    private static List<Path> completed(Path checkpoints) throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata")).toList();
        } catch (UncheckedIOException e) {
            return completed(checkpoints); // one went while they were listed
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    @Test
    void nothingThatIsWrongWithARecordOrATopicRestartsTheJob() throws Exception {
        try (Cluster cluster = new Cluster(folder, List.of("care", "marketing"))) {
            World world = cluster.world;
            cluster.admin
                    .incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, "dev.released.care"),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", "5000"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(20, TimeUnit.SECONDS);
            IngressRecord good = world.orderNow("o1", 1);
            Tags largeTags = World.now(world.tags("o2", 1));
            IngressRecord large = world.seal(largeTags, World.event("o2", "{\"item\":\"" + "x".repeat(9_000) + "\"}"));
            byte[] forged = good.value().clone();
            forged[9] ^= 1;
            List<Header> retagged = new ArrayList<>(good.headers());
            retagged.replaceAll(header -> header.name().equals("ce_purpose")
                    ? new Header("ce_purpose", "newsletter".getBytes(UTF_8))
                    : header);
            JobClient job = cluster.start(function(cluster));

            cluster.send(good);
            cluster.send(large);
            cluster.send(with(good, good.key(), good.headers(), forged));
            cluster.send(with(good, good.key(), retagged, good.value()));
            cluster.send(with(good, good.key(), good.headers(), java.util.Arrays.copyOf(good.value(), 20)));
            cluster.send(with(good, null, List.of(), null));
            cluster.send(with(good, "{}".getBytes(UTF_8), List.of(), "{\"name\":\"Ola\"}".getBytes(UTF_8)));
            cluster.send(good);
            cluster.send(world.seal(World.now(world.tags("o3", 1)), World.event("o3", "{not json")));
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == 9);

            assertThat(job.getJobStatus().get(20, TimeUnit.SECONDS)).isEqualTo(JobStatus.RUNNING);
            assertThat(OPENED.get()).as("opened once per subtask").isEqualTo(2);
            Map<String, Integer> reasons = new TreeMap<>();
            for (ConsumerRecord<byte[], byte[]> record : cluster.read("dev.events.quarantine")) {
                String to = Cluster.header(record, "sluice-recipients");
                reasons.merge(Cluster.header(record, "sluice-reason") + " " + to, 1, Integer::sum);
            }
            assertThat(reasons)
                    .isEqualTo(Map.of(
                            "topic-missing research", 1,
                            "view-too-large care,research", 1,
                            "seal-invalid *", 3,
                            "header-invalid *", 2,
                            "payload-invalid *", 1));
            assertThat(cluster.read("dev.released.care")).hasSize(1);
            assertThat(cluster.entries().stream()
                            .filter(entry ->
                                    entry.path("outcome").path("code").asText().equals("duplicate")))
                    .hasSize(1);
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    /** Two officers requeue the same records, the job dies twice in the middle of it and is then started anew. */
    @Test
    void p4WhatIsRequeuedReachesThoseStillOpenOnceThroughKillsAndPoison() throws Exception {
        try (Cluster cluster = new Cluster(folder, List.of("care", "marketing"))) {
            int records = 30;
            JobClient job = cluster.start(function(cluster));
            for (int i = 0; i < records; i++) {
                cluster.send(cluster.world.orderNow("o" + i, i % 7));
            }
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == records);
            List<ConsumerRecord<byte[], byte[]>> quarantined = cluster.read("dev.events.quarantine");
            assertThat(quarantined).hasSize(records);
            cluster.appears("research");
            AtomicInteger probes = new AtomicInteger();
            await("the job finds the topic").atMost(PATIENCE).until(() -> {
                cluster.send(cluster.world.orderNow("probe" + probes.incrementAndGet(), 0));
                return !cluster.read("dev.released.research").isEmpty();
            });
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == records + probes.get());
            int before = cluster.read("dev.released.research").size();

            FAILURES_LEFT.set(2);
            for (int i = 0; i < records / 2; i++) {
                cluster.requeue(quarantined.get(i), "1");
                cluster.requeue(quarantined.get(i), "1");
            }
            await().atMost(PATIENCE)
                    .until(() -> FAILURES_LEFT.get() == 0 && requeues(cluster).size() == records);
            for (int i = records / 2; i < records; i++) {
                cluster.requeue(quarantined.get(i), "1");
                cluster.requeue(quarantined.get(i), "1");
            }
            job.cancel().get(30, TimeUnit.SECONDS);
            OPENED.set(0);
            job = cluster.start(function(cluster));
            cluster.requeue(quarantined.get(0), "1");
            cluster.poison(null, null);
            cluster.poison("key".getBytes(UTF_8), "{\"name\":\"Ola\"}".getBytes(UTF_8));
            int refused = records + 3;
            await().atMost(PATIENCE).until(() -> requeues(cluster).size() == records + refused);

            assertThat(job.getJobStatus().get(20, TimeUnit.SECONDS)).isEqualTo(JobStatus.RUNNING);
            assertThat(OPENED.get()).as("no requeue restarts it").isEqualTo(2);
            job.cancel().get(30, TimeUnit.SECONDS);
            assertThat(cluster.read("dev.released.care")).hasSize(records + probes.get());
            assertThat(cluster.read("dev.released.research")).hasSize(before + records);
            assertThat(cluster.entries().stream().map(entry -> entry.path("id").asText()))
                    .doesNotHaveDuplicates();
            Map<String, String> entryOfView = new TreeMap<>();
            Map<String, Integer> refusals = new TreeMap<>();
            for (JsonNode entry : requeues(cluster)) {
                String id = entry.path("id").asText();
                if (entry.has("detail")) {
                    refusals.merge(entry.at("/detail/reason").asText(), 1, Integer::sum);
                } else {
                    assertThat(id).isEqualTo(entry.at("/requeue/first").asText() + "#1");
                    assertThat(entry.path("recipients")).hasSize(1);
                    entryOfView.put(entry.at("/recipients/0/releasedId").asText(), id);
                }
            }
            assertThat(refusals).isEqualTo(Map.of("duplicate", records + 1, "ticket-invalid", 2));
            Map<String, String> views = cluster.transactions("dev.released.research", entryOfView.keySet());
            Map<String, String> trail =
                    cluster.transactions("dev.audit.entries", new java.util.HashSet<>(entryOfView.values()));
            assertThat(entryOfView).hasSize(records);
            entryOfView.forEach((view, entry) ->
                    assertThat(views.get(view)).as(view).isNotBlank().isEqualTo(trail.get(entry)));
        }
    }

    private static List<JsonNode> requeues(Cluster cluster) {
        return cluster.entries().stream()
                .filter(entry ->
                        entry.has("requeue") || entry.path("code").asText().equals("requeue-refused"))
                .toList();
    }

    @Test
    void p5MarketingGetsExactlyTheOrdersBetweenConsentAndWithdrawal() throws Exception {
        try (Cluster cluster = new Cluster(folder)) {
            JobClient job = cluster.start();
            int subjects = 20;
            for (int subject = 0; subject < subjects; subject++) {
                World world = cluster.world;
                cluster.send(world.orderNow("before" + subject, subject));
                cluster.send(world.choiceNow("consent" + subject, subject, consent()));
                cluster.send(world.orderNow("between" + subject, subject));
                cluster.send(world.choiceNow(
                        "withdrawal" + subject,
                        subject,
                        new Choice(Choice.Kind.WITHDRAWAL, List.of("newsletter"), null)));
                cluster.send(world.orderNow("after" + subject, subject));
                cluster.send(world.choiceNow(
                        "objection" + subject, subject, new Choice(Choice.Kind.OBJECTION, List.of(), null)));
            }
            await().atMost(PATIENCE).until(() -> cluster.entries().size() == 6 * subjects);
            job.cancel().get(30, TimeUnit.SECONDS);

            assertThat(cluster.read("dev.released.marketing")).hasSize(subjects);
            assertThat(cluster.read("dev.released.care")).hasSize(4 * subjects);
            everyNoticeStandsBehindTheSubjectsViewsInTheirPartition(cluster.read("dev.released.care"));
            for (JsonNode entry : cluster.entries()) {
                assertThat(entry.path("type").asText().endsWith("choice")
                                || (entry.path("policy").path("revision").asLong() == 1
                                        && entry.path("input").has("subject")))
                        .isTrue();
            }
        }
    }

    private static void everyNoticeStandsBehindTheSubjectsViewsInTheirPartition(
            List<ConsumerRecord<byte[], byte[]>> records) {
        int notices = 0;
        for (ConsumerRecord<byte[], byte[]> notice : records) {
            if (Cluster.header(notice, "ce_type").startsWith(Notice.TYPE_PREFIX)) {
                notices++;
                assertThat(records.stream()
                                .filter(view -> java.util.Arrays.equals(view.key(), notice.key()) && view != notice))
                        .hasSize(3)
                        .allSatisfy(view -> {
                            assertThat(view.partition()).isEqualTo(notice.partition());
                            assertThat(view.offset()).isLessThan(notice.offset());
                        });
            }
        }
        assertThat(notices).isEqualTo(records.size() / 4);
    }

    @Test
    void theStartCheckNamesWhatIsWrong() throws Exception {
        try (Cluster cluster = new Cluster(folder)) {
            StartCheck.require(cluster.config());
            ProtectConfig config = cluster.config();
            ProtectConfig tooLong = config.withRun(config.run().withTransactionTimeout(Duration.ofHours(2)));
            ProtectConfig otherGeneration =
                    config.withGeneration(2).withRun(config.run().withTransactionalIdPrefix("not-granted"));

            assertThatThrownBy(() -> StartCheck.require(tooLong)).hasMessageContaining("transaction.max.timeout.ms");
            assertThatThrownBy(() -> StartCheck.require(otherGeneration))
                    .hasMessageContaining("dev.events.ingress.g2 does not exist")
                    .hasMessageContaining("transactions under not-granted");
        }
    }

    private static void assertOnceAndTogether(Cluster cluster, int records) throws Exception {
        List<JsonNode> entries = cluster.entries();
        assertThat(entries.stream().map(entry -> entry.path("id").asText()))
                .hasSize(records)
                .doesNotHaveDuplicates();
        Map<String, String> entryOfView = new TreeMap<>();
        for (JsonNode entry : entries) {
            for (JsonNode outcome : entry.path("recipients")) {
                if (outcome.has("releasedId") && outcome.path("id").asText().equals("research")) {
                    entryOfView.put(
                            outcome.path("releasedId").asText(),
                            entry.path("id").asText());
                }
            }
        }
        assertThat(entryOfView).hasSize(records);
        assertThat(cluster.read("dev.released.care")).hasSize(records);
        assertThat(cluster.read("dev.released.research").stream().map(view -> Cluster.header(view, "ce_id")))
                .containsExactlyInAnyOrderElementsOf(entryOfView.keySet());
        Map<String, String> views = cluster.transactions("dev.released.research", entryOfView.keySet());
        Map<String, String> trail =
                cluster.transactions("dev.audit.entries", new java.util.HashSet<>(entryOfView.values()));
        entryOfView.forEach((view, entry) ->
                assertThat(views.get(view)).as(view).isNotBlank().isEqualTo(trail.get(entry)));
        assertThat(views.values().stream().distinct().count()).isGreaterThan(2);
    }

    private static ProtectFunction function(Cluster cluster) {
        return new FailsBeforeCommit(
                new Cluster.TestSteps(cluster.config(), cluster.world.id),
                cluster.world.limits,
                new CheckpointGuard(cluster.config(), false));
    }

    private static Choice consent() {
        return new Choice(Choice.Kind.CONSENT, List.of("newsletter"), "v1");
    }

    private static IngressRecord with(IngressRecord record, byte[] key, List<Header> headers, byte[] value) {
        return new IngressRecord(record.position(), 0, record.appendedMs(), key, headers, value);
    }
}
