package io.sluice.core.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.IngressPosition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands beside a quarantined record has one form, and nothing else is read as it. */
class QuarantinedTest {
    private static final Quarantined FACTS = new Quarantined(
            new IngressPosition(1, 4, 42),
            3,
            ReasonCode.TOPIC_MISSING,
            OpenRecipients.of(List.of("research", "care")),
            Instant.parse("2026-11-23T10:00:00.123Z"),
            "t1_x");

    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void comesBackAsItWas(ReasonCode reason) {
        Quarantined facts =
                new Quarantined(FACTS.position(), 0, reason, OpenRecipients.ALL, FACTS.recorded(), FACTS.ticket());

        assertThat(Quarantined.of(facts.toHeaders()::get)).contains(facts);
        assertThat(Quarantined.of(FACTS.toHeaders()::get)).contains(FACTS);
        assertThat(FACTS.entryId()).isEqualTo("events.ingress/1/4/42#3");
    }

    @ParameterizedTest
    @CsvSource({
        "sluice-position, events.ingress/1/4/42#3",
        "sluice-position, events.requeue/1/4/42",
        "sluice-attempt, +3",
        "sluice-attempt, 03",
        "sluice-attempt, 1001",
        "sluice-attempt, -1",
        "sluice-reason, TOPIC_MISSING",
        "sluice-reason, none",
        "sluice-recipients, 'research,care'",
        "sluice-recipients, 'care,care'",
        "sluice-recipients, 'care,'",
        "sluice-recipients, 'care,*'",
        "sluice-recipients, ''",
        "sluice-recipients, Care",
        "sluice-recorded, 2026-11-23T10:00:00Z",
        "sluice-recorded, 1763890200000"
    })
    void anotherFormIsNone(String header, String value) {
        Map<String, String> headers = new TreeMap<>(FACTS.toHeaders());
        headers.put(header, value);

        assertThat(Quarantined.of(headers::get)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice-position",
                "sluice-attempt",
                "sluice-reason",
                "sluice-recipients",
                "sluice-recorded",
                "sluice-ticket"
            })
    void aMissingHeaderIsNone(String header) {
        Map<String, String> headers = new TreeMap<>(FACTS.toHeaders());
        headers.remove(header);

        assertThat(Quarantined.of(headers::get)).isEmpty();
    }

    @Test
    void isOpenForThoseNamedAndForAllWhereNobodyIs() {
        assertThat(FACTS.open().text()).isEqualTo("care,research");
        assertThat(FACTS.open().includes("care")).isTrue();
        assertThat(FACTS.open().includes("marketing")).isFalse();
        assertThat(OpenRecipients.ALL.includes("marketing")).isTrue();
        assertThatThrownBy(() -> OpenRecipients.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
