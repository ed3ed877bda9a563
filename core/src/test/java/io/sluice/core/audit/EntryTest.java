package io.sluice.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.event.IngressPosition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    /** What is known of a record whose seal did not open: its position and the fault, nothing of its tags. */
    @Test
    void anUnverifiableRecordIsNamedByItsPositionAlone() {
        AuditEntry entry = RecordEntry.event(new IngressPosition(1, 0, 5), 0, "dev", "protect/0", AT)
                .build(RecordEntry.Outcome.QUARANTINED, ReasonCode.SEAL_INVALID);

        assertThat(new String(entry.canonical(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"id\":\"events.ingress/1/0/5\",\"outcome\":{\"code\":\"quarantined\",\"reason\":\"seal-invalid\"},"
                                + "\"recorded\":\"2026-11-23T10:00:00.000000Z\",\"specversion\":\"1.0\",\"tenant\":\"dev\","
                                + "\"type\":\"io.sluice.audit.record\",\"writer\":\"protect/0\"}");
    }

    @Test
    void patternsAreCitedByIndexAndCount() {
        RecipientOutcome outcome = new RecipientOutcome(
                "care",
                io.sluice.core.decision.Disposition.RELEASE,
                "r1_x",
                "ab",
                new int[] {0, 2, 0, 1},
                3,
                Set.of("k"),
                new io.sluice.core.decision.Legal("treatment", null, null, "treatment", null, "tpo"),
                List.of(),
                null);

        assertThat(outcome.toJson())
                .containsEntry("patterns", new CanonicalJson.Canonical("[[1,2],[3,1]]"))
                .containsEntry("undeclared", 3)
                .doesNotContainKey("code");
    }

    @Test
    void aChoiceSaysWhoWasToldOfItAndWhoWasNot() {
        AuditEntry entry = RecordEntry.choice(new IngressPosition(1, 0, 5), 0, "dev", "protect/0", AT)
                .chosen("objection", List.of(), null)
                .notices(List.of(
                        new NoticeOutcome("care", List.of("r1_a"), null),
                        new NoticeOutcome("research", List.of(), NoticeOutcome.Untold.NOT_ADDRESSABLE)))
                .build(RecordEntry.Outcome.APPLIED, null);

        assertThat(new String(entry.canonical(), StandardCharsets.UTF_8))
                .contains("\"notices\":[{\"id\":\"care\",\"releasedIds\":[\"r1_a\"]},"
                        + "{\"code\":\"not-addressable\",\"id\":\"research\"}]");
    }

    @Test
    void actsHaveVersion7Uuids() {
        AuditEntry entry = ActEntry.of(ActEntry.Code.HEARTBEAT, "dev", "audit", "audit", AT, Map.of("count", 1));

        assertThat(entry.id()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(entry.fits()).isTrue();
    }
}
