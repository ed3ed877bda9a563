package io.sluice.reveal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ActEntry;
import io.sluice.core.audit.AuditEntry;
import io.sluice.reveal.emergency.Emergency;
import io.sluice.reveal.trail.KafkaTrail;
import io.sluice.reveal.trail.Trail;
import io.sluice.reveal.trail.TrailUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** One transaction for what belongs together, before Kafka's own fake client. */
class KafkaTrailTest {
    private static final Emergency EMERGENCY = new Emergency(
            "0199c0de-0000-7000-8000-000000000000",
            "grace",
            "emergency-treatment",
            "unconscious",
            Views.NOW,
            Views.NOW.plusSeconds(1_800),
            Views.NOW.plusSeconds(86_400));

    private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
    private final KafkaTrail trail = new KafkaTrail(this::client, "entries", "emergencies", Duration.ofSeconds(1));

    private MockProducer<byte[], byte[]> client() {
        MockProducer<byte[], byte[]> client =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        made.add(client);
        return client;
    }

    @Test
    void entriesAndWhatTheyChangeAreOneTransaction() throws Exception {
        trail.append(List.of(entry(), entry()), new Trail.Change(EMERGENCY.id(), EMERGENCY));
        trail.append(List.of(entry()), new Trail.Change(EMERGENCY.id(), null));

        MockProducer<byte[], byte[]> client = made.get(0);
        assertThat(made).hasSize(1);
        assertThat(client.commitCount()).isEqualTo(2);
        assertThat(client.history())
                .extracting(record -> record.topic())
                .containsExactly("entries", "entries", "emergencies", "entries", "emergencies");
        assertThat(Emergency.of(client.history().get(2).value())).isEqualTo(EMERGENCY);
        assertThat(client.history().get(4).key()).isEqualTo(EMERGENCY.id().getBytes(StandardCharsets.UTF_8));
        assertThat(client.history().get(4).value()).isNull();
        assertThat(trail.finding()).isEmpty();
    }

    @Test
    void whatWasNotCommittedIsNotDurableAndTheNextClientRecovers() throws Exception {
        trail.append(List.of(entry()), null);
        made.get(0).commitTransactionException = new KafkaException("the coordinator is gone");

        assertThatThrownBy(() -> trail.append(List.of(entry()), null)).isInstanceOf(TrailUnavailableException.class);
        assertThat(trail.finding()).isPresent();
        assertThat(made.get(0).closed()).isTrue();

        trail.append(List.of(entry()), null);
        assertThat(made).hasSize(2);
        assertThat(made.get(1).commitCount()).isEqualTo(1);
        assertThat(trail.finding()).isEmpty();
    }

    @Test
    void aRefusedRecordFailsItsTransaction() {
        KafkaTrail failing = new KafkaTrail(
                () -> {
                    MockProducer<byte[], byte[]> client = client();
                    client.sendException = new KafkaException("record too large");
                    return client;
                },
                "entries",
                "emergencies",
                Duration.ofSeconds(1));

        assertThatThrownBy(() -> failing.append(List.of(entry()), null)).isInstanceOf(TrailUnavailableException.class);
        assertThat(made.get(0).commitCount()).isZero();
    }

    @Test
    void anEntryThatTheLogWouldRefuseIsNotWritten() {
        AuditEntry large = ActEntry.of(
                ActEntry.Code.VALUE_REVEALED,
                Views.TENANT,
                "reveal",
                "ada",
                Views.NOW,
                Map.of("patterns", "/a".repeat(AuditEntry.MAX_BYTES)));

        assertThatThrownBy(() -> trail.append(List.of(large), null)).isInstanceOf(TrailUnavailableException.class);
        assertThat(made).isEmpty();
    }

    @Test
    void readsItsOwnRecordsOnly() {
        assertThatThrownBy(() -> Emergency.of("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Emergency.of("{\"format\":\"sluice-emergency-2\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static AuditEntry entry() {
        return ActEntry.of(ActEntry.Code.VALUE_REVEALED, Views.TENANT, "reveal", "ada", Views.NOW, Map.of());
    }
}
