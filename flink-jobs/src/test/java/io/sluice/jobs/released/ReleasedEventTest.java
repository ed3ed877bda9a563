package io.sluice.jobs.released;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked // what is null here fails the test
class ReleasedEventTest {
    private static final Map<String, String> WHOLE = Map.of(
            "ce_specversion", "1.0",
            "ce_id", "r1_x",
            "ce_source", "urn:sluice:dev:dataset:orders",
            "ce_type", "io.sluice.view.orders",
            "ce_time", "2026-01-01T00:00:00Z",
            "ce_subject", "s1_x");

    @Test
    void anEventHoldsItsAttributesItsPlaceAndItsBytes() {
        ConsumerRecord<byte[], byte[]> record = record(WHOLE);
        record.headers()
                .add("content-type", "application/json".getBytes(UTF_8))
                .add("sluice-policy", "7".getBytes(UTF_8))
                .add("sluice-other", "not an attribute".getBytes(UTF_8));

        ReleasedEvent event = ReleasedEvent.of("care", record).orElseThrow();

        assertThat(event.id()).isEqualTo("r1_x");
        assertThat(event.partition()).isEqualTo(3);
        assertThat(event.offset()).isEqualTo(17);
        assertThat(event.time()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(event.attributes())
                .containsEntry("datacontenttype", "application/json")
                .containsEntry("sluicepolicy", "7")
                .hasSize(8);
        assertThat(event.data()).isEqualTo("{}".getBytes(UTF_8));
        assertThat(event).hasToString("ReleasedEvent[care, 3/17]");
    }

    static List<Arguments> notAllowed() {
        return List.of(
                Arguments.of("ce_specversion", "0.3"),
                Arguments.of("ce_id", ""),
                Arguments.of("ce_id", "nul\u0000"),
                Arguments.of("ce_source", "line\nbreak"),
                Arguments.of("ce_subject", "\u0085"),
                Arguments.of("ce_time", "yesterday"),
                Arguments.of("ce_time", "2026-02-30T00:00:00Z"),
                Arguments.of("ce_time", "+12026-01-01T00:00:00Z"),
                Arguments.of("ce_time", "0000-01-01T00:00:00Z"),
                Arguments.of("ce_extra", "tab\there"));
    }

    /** What a destination could not hold must be told apart here: a sink that throws meets the same record for ever. */
    @ParameterizedTest
    @MethodSource("notAllowed")
    void whatCloudEventsDoesNotAllowIsNoEvent(String header, String value) {
        Map<String, String> headers = new TreeMap<>(WHOLE);
        headers.put(header, value);

        assertThat(ReleasedEvent.of("care", record(headers))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_specversion", "ce_id", "ce_source", "ce_type"})
    void whatLacksARequiredAttributeIsNoEvent(String header) {
        Map<String, String> headers = new TreeMap<>(WHOLE);
        headers.remove(header);

        assertThat(ReleasedEvent.of("care", record(headers))).isEmpty();
    }

    @Test
    void anIdThatNoIndexTakesIsNoEvent() {
        Map<String, String> headers = new TreeMap<>(WHOLE);
        headers.put("ce_id", "x".repeat(513));

        assertThat(ReleasedEvent.of("care", record(headers))).isEmpty();
    }

    private static ConsumerRecord<byte[], byte[]> record(Map<String, String> headers) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 3, 17, null, "{}".getBytes(UTF_8));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }
}
