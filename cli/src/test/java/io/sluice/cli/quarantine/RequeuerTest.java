package io.sluice.cli.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import io.sluice.core.audit.AuditEntry;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Activation;
import io.sluice.core.event.IngressPosition;
import io.sluice.core.event.Topics;
import io.sluice.core.quarantine.OpenRecipients;
import io.sluice.core.quarantine.Quarantined;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records and the entry that names them go together, and what was not sent stays open. */
class RequeuerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T09:30:00Z");

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

    @Test
    void aTurnThatIsLongerThanABatchIsWholeBatchesEachWithItsEntry() {
        Requeuer turn = open();
        for (int i = 0; i < Requeuer.MAX_BATCH + 1; i++) {
            turn.add(record(10_000_000_000_000_000L + i, Quarantined.MAX_ATTEMPT, 10));
        }
        assertThat(turn.sent()).isEqualTo(Requeuer.MAX_BATCH);
        turn.finish();
        turn.finish();

        assertThat(turn.sent()).isEqualTo(Requeuer.MAX_BATCH + 1);
        assertThat(producer.commitCount()).isEqualTo(2);
        assertThat(producer.history())
                .filteredOn(record -> record.topic().equals("dev.audit.entries"))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.value()).hasSizeLessThan(AuditEntry.MAX_BYTES));
        assertThat(text(producer.history().get(0)))
                .contains(
                        "\"code\":\"quarantine-requeued\"",
                        "\"actor\":\"CN=ada\"",
                        "\"certificate\":\"abcd\"",
                        "\"why\":\"ticket 4711\"",
                        "\"count\":500",
                        "\"activation\":4",
                        "\"revision\":3",
                        "\"events.ingress/1/0/10000000000000499#1000\"");
        ProducerRecord<byte[], byte[]> first = producer.history().get(1);
        assertThat(first.topic()).isEqualTo("dev.events.requeue");
        assertThat(first.headers().lastHeader("sluice-activation").value()).isEqualTo("4".getBytes(UTF_8));
        assertThat(first.headers().lastHeader("sluice-ticket").value()).isEqualTo("t1_x".getBytes(UTF_8));
    }

    @Test
    void aBatchIsBoundedByItsBytesToo() {
        Requeuer turn = open();
        for (int i = 0; i < 9; i++) {
            turn.add(record(i, 0, 1 << 20));
        }

        assertThat(turn.sent()).isEqualTo(8);
    }

    @Test
    void whatKafkaDoesNotTakeStaysOpen() {
        Requeuer turn = open();
        turn.add(record(1, 0, 10));
        producer.commitTransactionException = new ProducerFencedException("another turn");

        assertThatThrownBy(turn::finish)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("0 records were requeued");
        assertThat(turn.sent()).isZero();
    }

    @Test
    void whereKafkaDoesNotSayTheMessageSaysSo() {
        Requeuer turn = open();
        turn.add(record(1, 0, 10));
        producer.commitTransactionException = new TimeoutException("no answer");

        assertThatThrownBy(turn::finish)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("all of them or none")
                .hasMessageContaining("releases nothing twice");
    }

    @Test
    void whatTheJobDidNotWriteIsNoQuarantinedRecord() {
        ConsumerRecord<byte[], byte[]> good = record(1, 2, 10).record();
        assertThat(QuarantinedRecord.of(good)).isPresent();
        for (String header : new String[] {
            "sluice-position",
            "sluice-attempt",
            "sluice-reason",
            "sluice-recipients",
            "sluice-recorded",
            "sluice-ticket"
        }) {
            RecordHeaders without = new RecordHeaders(good.headers().toArray());
            without.remove(header);
            assertThat(QuarantinedRecord.of(with(good, without))).as(header).isEmpty();
            RecordHeaders twice = new RecordHeaders(good.headers().toArray());
            twice.add(twice.lastHeader(header));
            assertThat(QuarantinedRecord.of(with(good, twice))).as(header).isEmpty();
            RecordHeaders other = new RecordHeaders(good.headers().toArray());
            other.remove(header).add(header, " x".getBytes(UTF_8));
            assertThat(QuarantinedRecord.of(with(good, other)).isPresent())
                    .as(header)
                    .isEqualTo(header.equals("sluice-ticket"));
        }
    }

    @Test
    void aSelectionIsWhatMeetsAllThatIsGiven() {
        QuarantinedRecord record = record(1, 0, 10);
        record.record().headers().add("ce_dataset", "orders".getBytes(UTF_8));

        assertThat(Selection.all().includes(record)).isTrue();
        assertThat(Selection.of(Set.of(new IngressPosition(1, 0, 1))).includes(record))
                .isTrue();
        assertThat(Selection.of(Set.of(new IngressPosition(1, 0, 2))).includes(record))
                .isFalse();
        assertThat(with(ReasonCode.TOPIC_MISSING, "orders", "care", NOW).includes(record))
                .isTrue();
        assertThat(with(ReasonCode.STALE, "orders", "care", NOW).includes(record))
                .isFalse();
        assertThat(with(ReasonCode.TOPIC_MISSING, "other", "care", NOW).includes(record))
                .isFalse();
        assertThat(with(null, null, null, NOW.plusMillis(1)).includes(record)).isFalse();
        assertThat(with(ReasonCode.TOPIC_MISSING, "orders", "care", NOW)
                        .toJson()
                        .toString())
                .isEqualTo("{dataset=orders, reason=topic-missing, recipient=care, since=2026-11-23T09:30:00Z}");
    }

    private static Selection with(
            @Nullable ReasonCode reason, @Nullable String dataset, @Nullable String recipient, Instant since) {
        return new Selection(Set.of(), reason, dataset, recipient, since);
    }

    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void everyReasonIsExplainedInSentences(ReasonCode reason) {
        assertThat(Advice.on(reason).meaning()).endsWith(".");
        assertThat(Advice.on(reason).fix()).endsWith(".");
    }

    private Requeuer open() {
        return new Requeuer(
                new Topics("dev", 1),
                new Officer("CN=ada", "abcd"),
                new Activation(4, "ab".repeat(32), 3, "dev", NOW),
                "ticket 4711",
                Clock.fixed(NOW, ZoneOffset.UTC),
                producer);
    }

    private static QuarantinedRecord record(long offset, int attempt, int bytes) {
        Quarantined facts = new Quarantined(
                new IngressPosition(1, 0, offset), attempt, ReasonCode.TOPIC_MISSING, OpenRecipients.ALL, NOW, "t1_x");
        RecordHeaders headers = new RecordHeaders();
        facts.toHeaders().forEach((name, value) -> headers.add(name, value.getBytes(UTF_8)));
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "dev.events.quarantine",
                0,
                offset,
                NOW.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                bytes,
                new byte[0],
                new byte[bytes],
                headers,
                Optional.empty());
        return new QuarantinedRecord(facts, record);
    }

    private static ConsumerRecord<byte[], byte[]> with(ConsumerRecord<byte[], byte[]> record, RecordHeaders headers) {
        return new ConsumerRecord<>(
                record.topic(),
                0,
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                0,
                0,
                record.key(),
                record.value(),
                headers,
                Optional.empty());
    }

    private static String text(ProducerRecord<byte[], byte[]> record) {
        return new String(record.value(), UTF_8);
    }
}
