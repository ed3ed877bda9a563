package io.sluice.audit.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.log.AuditLog;
import io.sluice.audit.log.AuditLogConfig;
import io.sluice.audit.log.EntryForm;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.log.LogException;
import io.sluice.audit.log.LogReader;
import io.sluice.audit.note.SigningKey;
import io.sluice.audit.query.EntryExplainer;
import io.sluice.audit.timestamp.Timestamping;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.audit.verify.LogVerifier;
import io.sluice.audit.verify.VerifierConfig;
import io.sluice.audit.witness.Cosigning;
import io.sluice.audit.witness.CosigningConfig;
import io.sluice.core.event.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendLoopTest {
    private static final Topics TOPICS = new Topics("dev", 1);
    private static final TopicPartition PARTITION = new TopicPartition(TOPICS.audit(), 0);

    private final SigningKey key = EntryFixture.newKey();
    private final SettableClock clock = new SettableClock();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @TempDir
    Path folder;

    @Test
    void appendsEachRecordOnceAcrossRestarts() {
        topic(0, 10);
        try (AuditLog log = open()) {
            AppendLoop loop = loop(log);
            for (int offset = 0; offset < 4; offset++) {
                add(offset, EntryFixture.record(0, offset));
            }
            loop.step();
            assertThat(log.size()).isEqualTo(4);
            assertThat(log.nextOffset()).isEqualTo(4);
        }
        try (AuditLog log = open()) {
            AppendLoop loop = loop(log);
            assertThat(consumer.position(PARTITION)).isEqualTo(4);
            add(5, EntryFixture.record(0, 4)); // offset 4 was a control record
            loop.step();
            assertThat(log.size()).isEqualTo(5);
            assertThat(log.nextOffset()).isEqualTo(6);
        }
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults()).passed())
                .isTrue();
    }

    @Test
    void signsAtTheCadenceAndPublishesWhatItSigned() {
        topic(0, 10);
        try (AuditLog log = open()) {
            AppendLoop loop = loop(log);
            add(0, EntryFixture.record(0, 0));
            loop.step();
            add(1, EntryFixture.record(0, 1));
            loop.step();
            assertThat(log.size()).isEqualTo(1);
            assertThat(loop.waiting())
                    .as("read and not appended, and what is unread")
                    .hasValue(9);

            clock.now = clock.now.plusMillis(1_000);
            loop.step();

            assertThat(log.size()).isEqualTo(2);
            assertThat(producer.history()).extracting(ProducerRecord::topic).containsOnly(TOPICS.checkpoints());
            assertThat(producer.history().get(1).value()).isEqualTo(log.signedCheckpoint());
            assertThat(log.signedCheckpoint()).isEqualTo(new LogReader(FileLogStore.source(folder)).signedCheckpoint());
        }
    }

    @Test
    void whatIsNoEntryIsReplacedByOneThatSaysSo() throws Exception {
        topic(0, 10);
        try (AuditLog log = open()) {
            AppendLoop loop = loop(log);
            add(0, "{ \"secret\": 1 }".getBytes(StandardCharsets.UTF_8));
            add(1, null);
            loop.step();

            LogReader reader = new LogReader(FileLogStore.source(folder));
            JsonNode first = EntryForm.read(reader.entry(0, 2)).json();
            assertThat(first.path("code").asText()).isEqualTo("entry-refused");
            assertThat(first.path("id").asText()).isEqualTo("audit.entries/0/0");
            assertThat(first.toString()).doesNotContain("secret");
            assertThat(EntryForm.read(reader.entry(1, 2)).id()).isEqualTo("audit.entries/0/1");
        }
        assertThat(LogVerifier.verify(folder, VerifierConfig.defaults()).passed())
                .isTrue();
    }

    @Test
    void sendsHeartbeatsWithCountsThroughTheTopic() throws Exception {
        topic(0, 10);
        try (AuditLog log = open()) {
            AppendLoop loop = loop(log);
            add(0, EntryFixture.record(0, 0));
            add(1, EntryFixture.record(0, 1));
            loop.step();
            clock.now = clock.now.plusSeconds(60);
            loop.step();
            clock.now = clock.now.plusSeconds(60);
            loop.step();

            List<JsonNode> heartbeats = producer.history().stream()
                    .filter(record -> record.topic().equals(TOPICS.audit()))
                    .map(AppendLoopTest::json)
                    .toList();
            assertThat(heartbeats).hasSize(2);
            assertThat(heartbeats.get(0).path("detail"))
                    .hasToString("{\"entries\":{\"record-decided\":2},\"from\":0,\"last\":{\"events.ingress/1/0\":1},"
                            + "\"recipients\":{},\"to\":2}");
            assertThat(heartbeats.get(1).path("detail").path("from").asLong()).isEqualTo(2);
        }
    }

    /** A restart is seen from the log alone. */
    @Test
    void tellsThroughTheTopicThatItGoesOn() {
        topic(0, 10);
        try (AuditLog log = open()) {
            log.append(List.of(EntryFixture.record(0, 0), EntryFixture.record(0, 1)), 3);
            AppendLoop loop = loop(log);
            StartNotice notice = new StartNotice(Duration.ofSeconds(60));
            notice.ended(true);
            notice.begins();
            loop.tellStart(notice);
            assertThat(producer.history()).as("there is what it may fail at").isEmpty();
            consumer.updateEndOffsets(Map.of(PARTITION, 3L));
            loop.step();
            loop.tellStart(notice);
            loop.tellStart(notice);
            assertThat(producer.history()).hasSize(1);

            JsonNode entry = json(producer.history().get(0));
            assertThat(producer.history().get(0).topic()).isEqualTo(TOPICS.audit());
            assertThat(producer.history().get(0).partition()).isZero();
            assertThat(entry.path("code").asText()).isEqualTo("builder-started");
            assertThat(entry.path("actor")).isEqualTo(entry.path("writer"));
            assertThat(entry.path("detail"))
                    .hasToString("{\"after\":\"fault\",\"offset\":3,\"root\":\""
                            + log.checkpoint().root().toBase64() + "\",\"size\":2}");
            assertThat(new EntryExplainer(plan -> Optional.empty()).explain(entry))
                    .contains("again after a fault", "a log of 2 entries");
        }
    }

    /** Else a builder that fails all day would tell so thousands of times. */
    @Test
    void tellsAStartOnceAndNoMoreOftenThanAHeartbeat() {
        StartNotice notice = new StartNotice(Duration.ofSeconds(60));
        Instant now = clock.instant();
        assertThat(notice.take(now)).as("nothing began").isFalse();
        notice.begins();
        assertThat(notice.take(now)).isTrue();
        assertThat(notice.take(now.plusSeconds(600))).as("it was told").isFalse();
        notice.ended(false);
        assertThat(notice.isTold()).as("it was not written").isFalse();
        assertThat(notice.take(now.plusSeconds(59))).isFalse();
        assertThat(notice.take(now.plusSeconds(60))).as("again, after a while").isTrue();
        notice.ended(true);
        assertThat(notice.isTold()).isTrue();
        notice.begins();
        assertThat(notice.take(now.plusSeconds(119))).isFalse();
        assertThat(notice.take(now.plusSeconds(120))).isTrue();
    }

    @Test
    void refusesATopicThatLostEntriesOrWasMadeAnew() {
        try (AuditLog log = open()) {
            log.append(List.of(EntryFixture.record(0, 0)), 5);
            topic(7, 10);
            assertThatThrownBy(() -> loop(log)).isInstanceOf(LogException.class).hasMessageContaining("deleted");
            topic(0, 3);
            assertThatThrownBy(() -> loop(log)).isInstanceOf(LogException.class).hasMessageContaining("anew");
        }
    }

    @Test
    void twoBuildersOverOneTopicReachTheSameRoot(@TempDir Path other) {
        topic(0, 100);
        try (AuditLog one = open();
                AuditLog two = AuditLog.open(new AuditLogConfig(other, key))) {
            AppendLoop loop = loop(one);
            for (int offset = 0; offset < 50; offset++) {
                add(offset, offset % 9 == 0 ? new byte[] {1} : EntryFixture.record(0, offset));
                clock.now = clock.now.plusMillis(400);
                loop.step();
            }
            loop.finish();
            AppendLoop again = loop(two);
            for (int offset = 0; offset < 50; offset++) {
                add(offset, offset % 9 == 0 ? new byte[] {1} : EntryFixture.record(0, offset));
            }
            again.step();
            again.finish();
            assertThat(two.checkpoint()).isEqualTo(one.checkpoint());
        }
    }

    private AppendLoop loop(AuditLog log) {
        AuditAppenderConfig config = AuditAppenderConfig.defaults(TOPICS, 0, folder);
        Cosigning nobody = new Cosigning(CosigningConfig.none(), FileLogStore.source(folder), key.verifier(), clock);
        AppendLoop loop = new AppendLoop(config, log, nobody, new Timestamping(null), consumer, producer, clock);
        loop.seek();
        return loop;
    }

    private AuditLog open() {
        return AuditLog.open(new AuditLogConfig(folder, key));
    }

    private void topic(long first, long end) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, first));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void add(long offset, byte @org.jspecify.annotations.Nullable [] value) {
        consumer.addRecord(new ConsumerRecord<>(TOPICS.audit(), 0, offset, null, value));
    }

    private static JsonNode json(ProducerRecord<byte[], byte[]> record) {
        try {
            return EntryForm.read(record.value()).json();
        } catch (EntryForm.BadFormException e) {
            throw new AssertionError(e);
        }
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-23T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** The cadence is the config's, not the test's. */
    @Test
    void hasTheCadenceOfTheDesign() {
        AuditAppenderConfig config = AuditAppenderConfig.defaults(TOPICS, 0, folder);
        assertThat(config.checkpointInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.heartbeatInterval()).isEqualTo(Duration.ofSeconds(60));
    }
}
