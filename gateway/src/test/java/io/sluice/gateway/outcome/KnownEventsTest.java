package io.sluice.gateway.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is learned from entries, what is forgotten, and how they are read. */
class KnownEventsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final TopicPartition ENTRIES = new TopicPartition("dev.audit.entries", 0);

    private final KnownEvents known = new KnownEvents(2);

    @Test
    void tellsWhoGotWhatAndWhyNot() {
        learn(entry(5, "", "e-1", "decided", null, """
                {"id":"research","disposition":"release","releasedId":"r-1","plan":"p"},
                {"id":"billing","disposition":"quarantine","code":"transform-failed"}"""));

        assertThat(known.of("e-1").orElseThrow())
                .containsExactly(
                        Map.entry("status", "decided"),
                        Map.entry("position", "events.ingress/1/0/5"),
                        Map.entry(
                                "recipients",
                                List.of(
                                        Map.of("recipient", "research", "disposition", "release"),
                                        Map.of(
                                                "recipient",
                                                "billing",
                                                "disposition",
                                                "quarantine",
                                                "reason",
                                                "transform-failed"))));
    }

    @Test
    void keepsTheFirstRecordOfAnIdAndItsNewestAttempt() {
        learn(entry(5, "", "e-1", "quarantined", "subject-missing", ""));
        learn(entry(7, "", "e-1", "duplicate", null, ""));
        assertThat(known.of("e-1").orElseThrow())
                .containsEntry("status", "quarantined")
                .doesNotContainKey("idReusedAt");

        learn(entry(8, "", "e-1", "quarantined", "id-reused", ""));
        learn(entry(5, "#1", "e-1", "decided", null, ""));
        learn(entry(5, "", "e-1", "quarantined", "subject-missing", ""));

        assertThat(known.of("e-1").orElseThrow())
                .containsExactly(
                        Map.entry("status", "decided"),
                        Map.entry("position", "events.ingress/1/0/5"),
                        Map.entry("attempt", 1),
                        Map.entry("idReusedAt", "events.ingress/1/0/8"));
    }

    @Test
    void tellsWhatBecameOfARecordThatIsNoCopy() {
        learn(entry(5, "", "e-1", "quarantined", "stale", ""));
        learn(entry(9, "", "e-1", "decided", null, ""));
        learn(entry(5, "#1", "e-1", "duplicate", null, ""));
        assertThat(known.of("e-1").orElseThrow())
                .as("released when it was posted again")
                .containsExactly(Map.entry("status", "decided"), Map.entry("position", "events.ingress/1/0/9"));

        learn(entry(10, "", "e-1", "quarantined", "stale", ""));
        learn(entry(8, "", "e-1", "quarantined", "subject-missing", ""));
        assertThat(known.of("e-1").orElseThrow())
                .as("too old to tell whether it is a copy")
                .containsEntry("position", "events.ingress/1/0/9");

        learn(entry(11, "", "e-1", "quarantined", "subject-missing", ""));
        assertThat(known.of("e-1").orElseThrow())
                .as("after the window of copies")
                .containsEntry("status", "quarantined")
                .containsEntry("position", "events.ingress/1/0/11");
    }

    @Test
    void tellsOfTheFirstRatherThanOfItsCopy() {
        learn(entry(7, "", "e-1", "duplicate", null, ""));
        learn(entry(5, "#1", "e-1", "decided", null, ""));
        assertThat(known.of("e-1").orElseThrow()).containsEntry("position", "events.ingress/1/0/5");
    }

    @Test
    void forgetsTheOldestAndSaysSo() {
        learn(entry(1, "", "e-1", "decided", null, ""));
        assertThat(known.window()).contains("latest 2 events", NOW.toString()).doesNotContain("now ");
        learn(entry(2, "", "e-2", "decided", null, ""));
        learn(entry(3, "", "e-3", "decided", null, ""));

        assertThat(known.of("e-1")).isEmpty();
        assertThat(known.of("e-3")).isPresent();
        assertThat(known.size()).isEqualTo(2);
        assertThat(known.window()).contains("older ones were forgotten");
    }

    @Test
    void passesOverWhatIsNoEntryOfAVerifiedRecord() {
        learn("{\"type\":\"io.sluice.audit.act\",\"id\":\"x\",\"event\":\"e-1\"}");
        learn(
                "{\"type\":\"io.sluice.audit.record\",\"id\":\"events.ingress/1/0/1\",\"outcome\":{\"code\":\"quarantined\"}}");
        learn("{\"type\":\"io.sluice.audit.record\",\"id\":\"elsewhere\",\"event\":\"e-1\"}");
        learn("no json");

        assertThat(known.size()).isZero();
    }

    @Test
    void isReadFromShortlyBeforeTheEndAndAgainAfterAFailure() {
        MockConsumer<byte[], byte[]> first = consumer(9);
        first.schedulePollTask(() -> {
            add(first, 7, "e-7");
            add(first, 8, "e-8");
        });
        MockConsumer<byte[], byte[]> second = consumer(10);
        List<MockConsumer<byte[], byte[]>> consumers =
                new java.util.concurrent.CopyOnWriteArrayList<>(List.of(first, second));
        try (EntryTail tail = new EntryTail(() -> consumers.remove(0), ENTRIES.topic(), 2, known)) {
            Awaitility.await().until(() -> known.size() == 2);
            assertThat(known.of("e-7")).as("two before the end").isPresent();
            Awaitility.await().until(() -> tail.finding().isEmpty());

            second.schedulePollTask(() -> add(second, 9, "e-9"));
            first.setPollException(new KafkaException("gone"));

            Awaitility.await().until(() -> known.of("e-9").isPresent());
            assertThat(tail.finding()).isEqualTo(Optional.empty());
        }
        assertThat(second.closed()).isTrue();
    }

    @Test
    void saysSoUntilItHasCaughtUpAndWhenTheBrokersAreGone() {
        MockConsumer<byte[], byte[]> behind = consumer(9);
        behind.schedulePollTask(() -> add(behind, 7, "e-7"));
        MockConsumer<byte[], byte[]> back = consumer(10);
        List<MockConsumer<byte[], byte[]>> consumers =
                new java.util.concurrent.CopyOnWriteArrayList<>(List.of(behind, back));
        try (EntryTail tail = new EntryTail(() -> consumers.remove(0), ENTRIES.topic(), 2, known)) {
            Awaitility.await().until(() -> known.of("e-7").isPresent());
            assertThat(tail.finding()).as("one entry is missing").isPresent();
            behind.schedulePollTask(() -> add(behind, 8, "e-8"));
            Awaitility.await().until(() -> tail.finding().isEmpty());

            behind.setOffsetsException(new TimeoutException("no broker answers"));
            Awaitility.await()
                    .until(() -> tail.finding()
                            .filter(finding -> finding.contains("TimeoutException"))
                            .isPresent());

            back.schedulePollTask(() -> {
                throw new IllegalStateException("no fault of Kafka's");
            });
            Awaitility.await()
                    .until(() -> tail.finding()
                            .filter(finding -> finding.contains("IllegalStateException"))
                            .isPresent());
        }
    }

    @Test
    void saysThatItCannotRead() {
        try (EntryTail tail = new EntryTail(
                () -> {
                    throw new KafkaException("no brokers");
                },
                ENTRIES.topic(),
                2,
                known)) {
            Awaitility.await()
                    .until(() -> tail.finding()
                            .filter(finding -> finding.contains("cannot be read (KafkaException)"))
                            .isPresent());
        }
    }

    private static MockConsumer<byte[], byte[]> consumer(long end) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
        Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                ENTRIES.topic(),
                List.of(new PartitionInfo(ENTRIES.topic(), 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(ENTRIES, 0L));
        consumer.updateEndOffsets(Map.of(ENTRIES, end));
        return consumer;
    }

    private static void add(MockConsumer<byte[], byte[]> consumer, long offset, String event) {
        consumer.addRecord(new ConsumerRecord<>(
                ENTRIES.topic(),
                0,
                offset,
                new byte[0],
                entry(offset, "", event, "decided", null, "").getBytes(UTF_8)));
    }

    private void learn(String entry) {
        known.learn(entry.getBytes(UTF_8), NOW);
    }

    private static String entry(
            long offset,
            String attempt,
            String event,
            String code,
            @org.jspecify.annotations.Nullable String reason,
            String recipients) {
        String why = reason == null ? "" : ",\"reason\":\"" + reason + "\"";
        return "{\"type\":\"io.sluice.audit.record\",\"id\":\"events.ingress/1/0/" + offset + attempt
                + "\",\"event\":\""
                + event + "\",\"recipients\":[" + String.join("", Collections.singleton(recipients))
                + "],\"outcome\":{\"code\":\"" + code + "\"" + why + "}}";
    }
}
