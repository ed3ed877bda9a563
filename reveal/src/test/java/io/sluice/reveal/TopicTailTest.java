package io.sluice.reveal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.reveal.emergency.Emergency;
import io.sluice.reveal.emergency.OpenReviews;
import io.sluice.reveal.trail.EmergencyRecords;
import io.sluice.reveal.trail.TopicTail;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the topic says is what is known, before Kafka's own fake client. */
class TopicTailTest {
    private static final TopicPartition PARTITION = new TopicPartition("emergencies", 0);
    private static final String ID = "0199c0de-0000-7000-8000-000000000000";

    private final OpenReviews reviews = new OpenReviews();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void readsToTheEndSkipsWhatIsNotReadableAndBeginsAnewAfterAFailure() {
        try (TopicTail tail = new TopicTail(this::client, "emergencies", new EmergencyRecords(reviews))) {
            await().until(() ->
                    made.get() == 2 && reviews.known() && tail.finding().isEmpty());
        }
        assertThat(reviews.all()).extracting(Emergency::id).containsExactly(ID);
    }

    /** The first cannot be polled; the second holds an access that is open, one that was reviewed, and nonsense. */
    private Consumer<byte[], byte[]> client() {
        MockConsumer<byte[], byte[]> client = new MockConsumer<>("earliest");
        client.updateBeginningOffsets(Map.of(PARTITION, 0L));
        if (made.incrementAndGet() == 1) {
            client.setPollException(new KafkaException("the broker is gone"));
            return client;
        }
        client.updateEndOffsets(Map.of(PARTITION, 4L));
        client.schedulePollTask(() -> List.of(
                        record(0, "reviewed", emergency("reviewed")),
                        record(1, ID, emergency(ID)),
                        record(2, "nonsense", "{}".getBytes(StandardCharsets.UTF_8)),
                        record(3, "reviewed", null))
                .forEach(client::addRecord));
        return client;
    }

    private static byte[] emergency(String id) {
        return new Emergency(
                        id,
                        "grace",
                        "rescue",
                        "no time",
                        Views.NOW,
                        Views.NOW.plusSeconds(60),
                        Views.NOW.plusSeconds(600))
                .toBytes();
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String key, byte @Nullable [] value) {
        return new ConsumerRecord<>("emergencies", 0, offset, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
