package io.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out, how answers are read, and how long it waits. */
class WireTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1}, {\"specversion\":\"1.0\"",
                "{\"a\":1}]",
                "[1,]",
                "{\"a\"}",
                "\"a",
                "01",
                "tru",
                "{\"a\":\"\\q\"}",
                "\"\u0001\""
            })
    void takesNoDataThatCouldEndItsBatch(String data) {
        assertThatThrownBy(() -> Event.of("e", data.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Not one JSON value");
    }

    @Test
    void takesAnyJsonValueAsItStands() throws Exception {
        String data = " {\"a\" : [1.50, -2e3, true, false, null, \"\\u00e6\\n\\\"\"], \"b\": {}, \"c\": []} ";
        ClientSettings settings = settings();

        String body = new String(
                BatchBody.of(
                        settings,
                        List.of(
                                Event.of("e\"1", data.getBytes(UTF_8)),
                                new Event("e2", "1".getBytes(UTF_8), "2026-01-01T00:00:00Z"))),
                UTF_8);

        assertThat(body)
                .startsWith(
                        "[{\"specversion\":\"1.0\",\"source\":\"urn:shop\",\"type\":\"shop.order\",\"datacontenttype\":\"application/json\",\"id\":\"e\\\"1\",\"data\":"
                                + data + "},")
                .endsWith("\"id\":\"e2\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":1}]");
        Json.requireValue(body.getBytes(UTF_8));
        assertThatThrownBy(() -> Event.of("e", new byte[] {'"', (byte) 0xff, '"'}))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> Event.of("e", "[".repeat(70).getBytes(UTF_8))).hasMessageContaining("64 levels");
    }

    @Test
    void keepsWhatMayBeTriedAgain() {
        BatchAnswer answer = BatchAnswer.of(207, """
                {"counts":{"accepted":1,"refused":2},
                 "stopped":{"index":3,"problem":{"status":503,"code":"back-pressure","detail":"d"}},
                 "events":[{"index":0,"id":"a","status":"accepted","position":"events.ingress/1/0/4","repeated":true},
                           {"index":1,"status":"refused","problem":{"status":422,"code":"schema-violated","detail":"d","pointer":"/x"}},
                           {"index":2,"status":"refused","problem":{"status":503,"code":"kafka-unavailable","detail":"d"}}]}
                """.getBytes(UTF_8), 5);

        assertThat(answer.outcomes()).containsOnlyKeys(0, 1);
        assertThat(answer.outcomes()).containsEntry(0, new Receipt("a", "events.ingress/1/0/4", true));
        assertThat(answer.outcomes().get(1)).isInstanceOfSatisfying(EventRefusedException.class, refused -> {
            assertThat(refused.code()).isEqualTo("schema-violated");
            assertThat(refused).hasMessage("422 schema-violated: d (at /x)");
        });
    }

    @Test
    void takesAnAnswerOfSomethingInBetweenForNone() {
        assertThat(BatchAnswer.of(403, "<html>".getBytes(UTF_8), 2).outcomes()).isEmpty();
        assertThat(BatchAnswer.of(403, "{}".getBytes(UTF_8), 2).outcomes()).isEmpty();
        assertThat(BatchAnswer.of(503, "{\"status\":503,\"code\":\"back-pressure\"}".getBytes(UTF_8), 2)
                        .outcomes())
                .isEmpty();
        assertThat(BatchAnswer.of(408, "{\"status\":408,\"code\":\"request-timeout\"}".getBytes(UTF_8), 2)
                        .outcomes())
                .as("a network that was slow for once")
                .isEmpty();
        assertThat(BatchAnswer.of(403, "{\"status\":403,\"code\":\"denied\",\"detail\":\"d\"}".getBytes(UTF_8), 2)
                        .outcomes())
                .containsOnlyKeys(0, 1);
    }

    @Test
    void waitsAtLeastAsLongAsItIsAskedToAndDoublesItsOwnPauses() throws Exception {
        Backoff backoff = new Backoff(ClientSettings.Limits.DEFAULT, new SplittableRandom(7));
        HttpHeaders asks = HttpHeaders.of(Map.of("Retry-After", List.of("3")), (name, value) -> true);
        HttpHeaders date = HttpHeaders.of(Map.of("Retry-After", List.of("Fri, 31 Dec 1999")), (name, value) -> true);

        assertThat(Backoff.asked(asks)).contains(Duration.ofSeconds(3));
        assertThat(Backoff.asked(date)).isEmpty();
        assertThat(backoff.next(Backoff.asked(asks))).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_100));
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            Duration pause = backoff.next(Optional.empty());
            assertThat(pause).isLessThanOrEqualTo(Duration.ofSeconds(10));
            longest = pause.compareTo(longest) > 0 ? pause : longest;
        }
        assertThat(longest).isGreaterThan(Duration.ofSeconds(9));
        backoff.reset();
        assertThat(backoff.next(Optional.empty())).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void takesNoSettingsThatNoRequestCanCarry() {
        assertThatThrownBy(() -> settings("https:///", "care")).hasMessageContaining("names a host");
        assertThatThrownBy(() -> settings("http://localhost:1", "care")).hasMessageContaining("https://");
        assertThatThrownBy(() -> settings("https://localhost:1", "care\nHost: x"))
                .hasMessageContaining("A purpose has");
    }

    private static ClientSettings settings(String gateway, String purpose) throws NoSuchAlgorithmException {
        ClientSettings.Limits limits = ClientSettings.Limits.DEFAULT;
        return new ClientSettings(
                URI.create(gateway),
                SSLContext.getDefault(),
                "orders",
                purpose,
                "urn:s",
                "t",
                "application/json",
                limits);
    }

    private static ClientSettings settings() throws NoSuchAlgorithmException {
        return ClientSettings.of(
                URI.create("https://localhost:1"), SSLContext.getDefault(), "orders", "urn:shop", "shop.order");
    }
}
