package io.sluice.protection.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.encoding.CanonicalWriter;
import io.sluice.core.event.ClientEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InnerEnvelopeTest {
    private static final String PLAIN =
            "{\"contenttype\":\"t/x\",\"extensions\":{},\"id\":\"1\",\"source\":\"s\",\"subject\":\"p\",\"time\":\"now\","
                    + "\"type\":\"t\"}";

    @Test
    void readsBackWhatItWrote() {
        for (ClientEvent event : List.of(
                event("1", null, null, Map.of()),
                event("1", "Patient/1", null, Map.of()),
                event("1", null, "2026-11-26T00:00:00Z", Map.of()),
                event("1", "Patient/1", "2026-11-26T00:00:00Z", Map.of()),
                event("", "", "", Map.of()),
                event("a\"b\\c\n", "é", "😀", Map.of()),
                event("1", null, null, Map.of("trace", "x", "z", "\"")))) {
            assertThat(InnerEnvelope.decode(InnerEnvelope.encode(new CanonicalWriter(), event, 0)))
                    .isEqualTo(event);
        }
    }

    /** The fast way reads all that it can: else it would be dead code and nobody would see. */
    @Test
    void plainAttributesAreReadWithoutATree() {
        assertThat(plain(PLAIN)).isNotNull();
        assertThat(plain(PLAIN.replace(",\"subject\":\"p\"", "").replace(",\"time\":\"now\"", "")))
                .isNotNull();
    }

    /** What is not exactly of the form is left to the strict reader. */
    @Test
    void nothingElseIsReadAsPlain() {
        for (String other : List.of(
                PLAIN.replace("{}", "{\"a\":\"b\"}"),
                PLAIN.replace("\"p\"", "\"\\u0070\""),
                PLAIN.replace("\"p\"", "\"é\""),
                PLAIN.replace("\"p\"", "null"),
                PLAIN.replace("\"id\":\"1\",", ""),
                PLAIN.replace("\"id\":\"1\"", "\"id\":\"1\",\"id\":\"2\""),
                PLAIN.replace("\"subject\"", "\"Subject\""),
                PLAIN.replace("\"p\"", "\"p"),
                PLAIN + " ",
                PLAIN + "}",
                " " + PLAIN,
                "",
                "{}")) {
            assertThat(plain(other)).as(other).isNull();
        }
        for (int length = 0; length < PLAIN.length(); length++) {
            assertThat(plain(PLAIN.substring(0, length))).as("%d", length).isNull();
        }
    }

    @Test
    void malformedAttributesAreRefused() {
        for (String bad : List.of(
                "",
                "{}",
                PLAIN + "x",
                PLAIN.replace("\"id\":\"1\"", "\"id\":1"),
                PLAIN.replace("\"id\":\"1\"", "\"id\":\"1\",\"id\":\"2\""))) {
            assertThat(InnerEnvelope.decode(envelope(bad))).as(bad).isNull();
        }
        assertThat(InnerEnvelope.decode(envelope(PLAIN))).isNotNull();
    }

    private static @Nullable ClientEvent plain(String json) {
        byte[] envelope = envelope(json);
        return new PlainAttributes(envelope, 5, envelope.length - 1).event();
    }

    private static byte[] envelope(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return ByteBuffer.allocate(bytes.length + 6)
                .put((byte) 1)
                .putInt(bytes.length)
                .put(bytes)
                .put((byte) '7')
                .array();
    }

    private static ClientEvent event(
            String id, @Nullable String subject, @Nullable String time, Map<String, String> extensions) {
        return new ClientEvent(
                id, "urn:s", "t", subject, time, "application/json", new TreeMap<>(extensions), "{}".getBytes(UTF_8));
    }
}
