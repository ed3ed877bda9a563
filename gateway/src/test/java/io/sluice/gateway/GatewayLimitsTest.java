package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.certs.DevIdentity;
import io.sluice.core.rulebook.Quota;
import io.sluice.gateway.operate.ConnectionEnd;
import io.sluice.gateway.operate.ConnectionRefusal;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.ReceiveLimits;
import io.sluice.gateway.spool.SpoolConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Promises P1 and P10: no policy, no event; every limit ends in a clear answer, and the gateway goes on. */
@Timeout(60)
class GatewayLimitsTest {
    private static final String ORDERS = "/v1/datasets/orders/events";

    @Test // promise P1
    void acceptsNothingWithoutAPolicyAndRecovers() throws Exception {
        try (TestGateway running = new TestGateway()) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            running.policy.inForce = null;

            Http.Answer refused = Http.send(webshop, order(running, "p1"));
            running.policy.inForce = TestPolicy.activation(8, 0);
            Http.Answer accepted = Http.send(webshop, order(running, "p1"));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("policy-unavailable");
            assertThat(refused.raw().headers().firstValue("retry-after")).contains("1");
            assertThat(accepted.status()).isEqualTo(202);
            assertThat(running.producer.history()).hasSize(1);
        }
    }

    /** As where the machine's memory or a class is missing: whoever waits is answered, and nothing stays held. */
    @Test
    void anErrorEndsTheRequestAndTheBatchThatItPassesThrough() throws Exception {
        try (TestGateway running = new TestGateway()) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            HttpRequest single = order(running, "error");
            HttpRequest batch = running.event(
                            ORDERS,
                            "application/x-ndjson",
                            (TestGateway.ORDER + "\n" + TestGateway.ORDER).getBytes(UTF_8))
                    .header("Idempotency-Key", "errors")
                    .build();
            running.policy.inForce = TestPolicy.failing(8, new NoClassDefFoundError("Missing"));

            Http.Answer one = Http.send(webshop, single);
            Http.Answer lines = Http.send(webshop, batch);
            running.policy.inForce = TestPolicy.activation(9, 0);

            assertThat(one.code()).isEqualTo("internal");
            assertThat(BatchTest.summary(lines)).containsExactly("1 internal", "2 internal");
            Awaitility.await()
                    .dontCatchUncaughtExceptions() // the errors end their threads, perhaps only now
                    .until(() -> running.gateway.metrics().scrape().contains("sluice_gateway_bytes_in_flight 0.0"));
            assertThat(Http.send(webshop, single).status()).isEqualTo(202);
        }
    }

    @Test
    void acknowledgesOnlyWhatKafkaAcknowledged() throws Exception {
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false)) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);

            CompletableFuture<HttpResponse<byte[]>> answer = send(webshop, order(running, "slow"));
            Awaitility.await().until(() -> running.producer.history().size() == 1);
            assertThat(answer).isNotDone();
            running.producer.completeNext();
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(202);

            CompletableFuture<HttpResponse<byte[]>> failed = send(webshop, order(running, "failed"));
            Awaitility.await().until(() -> running.producer.errorNext(new TimeoutException("delivery")));
            assertThat(code(failed)).isEqualTo("503 kafka-unavailable");

            CompletableFuture<HttpResponse<byte[]>> again = send(webshop, order(running, "failed"));
            Awaitility.await().until(running.producer::completeNext);
            assertThat(again.get(20, TimeUnit.SECONDS).statusCode())
                    .as("a repeat is written")
                    .isEqualTo(202);

            CompletableFuture<HttpResponse<byte[]>> large = send(webshop, order(running, "large"));
            Awaitility.await().until(() -> running.producer.errorNext(new RecordTooLargeException("x")));
            assertThat(code(large)).isEqualTo("413 body-too-large");
        }
    }

    @Test
    void answersBeforeTheDeadlineWhenKafkaIsSilent() throws Exception {
        ReceiveLimits limits = limits(64, Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(7));
        PublishLimits publish = publish(8L << 20, Duration.ofMillis(1_500));
        try (TestGateway running = new TestGateway(limits, publish, false)) {
            Http.Answer answer = Http.send(TestGateway.client(DevIdentity.WEBSHOP), order(running, "silent"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("kafka-unavailable");
        }
    }

    @Test
    void refusesWhenTooManyBytesAreInFlight() throws Exception {
        PublishLimits publish = publish(2L << 20, TestGateway.PUBLISH.deliveryTimeout());
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, publish, false)) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            String padding = " ".repeat((1 << 20) - 8_192);
            HttpRequest first = order(running, "big-1", TestGateway.ORDER + padding);
            HttpRequest second = running.event(
                            "/v1/datasets/other/events", "application/json", ("{}" + padding).getBytes(UTF_8))
                    .header("Sluice-Purpose", "fulfilment")
                    .build();

            HttpClient hospital = TestGateway.client(DevIdentity.ST_ELSEWHERE);

            CompletableFuture<HttpResponse<byte[]>> one = send(webshop, first);
            Awaitility.await().until(() -> running.producer.history().size() == 1);
            Http.Answer share = Http.send(webshop, order(running, "big-2", TestGateway.ORDER + padding));
            CompletableFuture<HttpResponse<byte[]>> two = send(hospital, second);
            Awaitility.await().until(() -> running.producer.history().size() == 2);
            Http.Answer third = Http.send(webshop, order(running, "big-3", TestGateway.ORDER + padding));
            running.producer.completeNext();
            running.producer.completeNext();

            assertThat(share.status()).isEqualTo(503);
            assertThat(share.json().path("detail").asText()).contains("room for other producers");
            assertThat(third.status()).isEqualTo(503);
            assertThat(third.code()).isEqualTo("back-pressure");
            assertThat(third.raw().headers().firstValue("retry-after")).contains("1");
            assertThat(one.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
            assertThat(two.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        }
    }

    /** While Kafka is silent their bytes are few; what they hold beside them is not. */
    @Test
    void smallEventsWithoutNumberLeaveRoomForOthers() throws Exception {
        PublishLimits publish = publish(4L << 20, TestGateway.PUBLISH.deliveryTimeout());
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, publish, false)) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
            String batch = (TestGateway.ORDER + "\n").repeat(500);
            List<CompletableFuture<HttpResponse<byte[]>>> flood = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                flood.add(send(
                        webshop,
                        running.event("/v1/datasets/orders/events", "application/x-ndjson", batch.getBytes(UTF_8))
                                .header("Idempotency-Key", "flood-" + i)
                                .build()));
            }
            Awaitility.await()
                    .until(() -> flood.stream()
                            .filter(CompletableFuture::isDone)
                            .map(answer -> answer.join().statusCode())
                            .anyMatch(status -> status == 503));
            HttpRequest other = running.event("/v1/datasets/other/events", "application/json", "{}".getBytes(UTF_8))
                    .header("Sluice-Purpose", "fulfilment")
                    .build();
            CompletableFuture<HttpResponse<byte[]>> one = send(TestGateway.client(DevIdentity.ST_ELSEWHERE), other);
            Awaitility.await()
                    .until(() -> running.producer.history().stream()
                            .anyMatch(record -> text(record.headers().lastHeader("ce_dataset"))
                                    .equals("other")));
            int taken = running.producer.history().size();
            Awaitility.await().until(() -> {
                boolean more = running.producer.completeNext();
                while (more) {
                    more = running.producer.completeNext();
                }
                return one.isDone();
            });

            assertThat(one.get().statusCode()).isEqualTo(202);
            assertThat(taken).as("half of the memory at a KiB an event").isLessThanOrEqualTo(2_048 + 1);
        }
    }

    @Test
    void takesEventsToDiskWhileKafkaIsAwayAndDrainsThemFirst() throws Exception {
        Path folder = TestGateway.temp("spool");
        try (TestGateway running = new TestGateway(new SpoolConfig(folder, SpoolConfig.LEAST_BYTES))) {
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);

            CompletableFuture<HttpResponse<byte[]>> lost = send(webshop, order(running, "lost"));
            Awaitility.await().until(() -> running.producer.errorNext(new TimeoutException("delivery")));
            assertThat(code(lost)).isEqualTo("503 kafka-unavailable");
            Http.Answer spooled = Http.send(webshop, order(running, "spooled"));
            Http.Answer repeated = Http.send(webshop, order(running, "spooled"));
            HttpRequest question = Http.post(running.gateway.dataPort(), "/v1/events/spooled")
                    .GET()
                    .build();
            Http.Answer asked = Http.send(webshop, question);

            assertThat(spooled.status()).isEqualTo(202);
            assertThat(spooled.json().toString())
                    .isEqualTo("{\"id\":\"spooled\",\"status\":\"accepted\",\"spooled\":true}");
            assertThat(repeated.json().path("repeated").asBoolean()).isTrue();
            assertThat(asked.json().toString())
                    .isEqualTo("{\"id\":\"spooled\",\"status\":\"accepted\",\"spooled\":true}");
            assertThat(running.gateway.readiness().findings())
                    .as("it is ready to take more, and Kafka cannot be reached")
                    .containsEntry("spool", "")
                    .containsEntry("kafka", "");

            assertThat(onDisk(folder))
                    .as("an event is there, and nothing of it in clear (P2)")
                    .contains("sluice-seal")
                    .doesNotContain("Zaphod")
                    .doesNotContain("c-4711");

            // The drainer tries until Kafka acknowledges; what was spooled goes first.
            Awaitility.await().until(() -> running.producer.history().size() == 2);
            CompletableFuture<HttpResponse<byte[]>> behind = send(webshop, order(running, "behind"));
            Awaitility.await().until(() -> behind.isDone());
            assertThat(behind.get().statusCode()).isEqualTo(202);
            assertThat(running.producer.history())
                    .as("it waits its turn on disk")
                    .hasSize(2);
            running.producer.completeNext();
            Awaitility.await().until(() -> running.producer.completeNext());
            Awaitility.await()
                    .until(() -> running.gateway.metrics().scrape().contains("sluice_gateway_spool_bytes 0.0"));

            CompletableFuture<HttpResponse<byte[]>> direct = send(webshop, order(running, "direct"));
            Awaitility.await().until(() -> running.producer.completeNext());
            assertThat(new String(direct.get(20, TimeUnit.SECONDS).body(), UTF_8))
                    .contains("\"position\":");
        }
    }

    @Test
    void holdsAProducerToItsQuota() throws Exception {
        try (TestGateway running = new TestGateway()) {
            running.policy.inForce = TestPolicy.activation(7, 1);
            HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);

            Http.Answer first = Http.send(webshop, order(running, "q-1"));
            Http.Answer second = Http.send(webshop, order(running, "q-2"));

            assertThat(first.status()).isEqualTo(202);
            assertThat(first.raw().headers().firstValue("ratelimit-policy"))
                    .contains("\"events\";q=1;qu=\"events\";w=1");
            assertThat(first.raw().headers().firstValue("ratelimit")).contains("\"events\";r=0;t=1");
            assertThat(second.status()).isEqualTo(429);
            assertThat(second.code()).isEqualTo("quota-exceeded");
            assertThat(second.raw().headers().firstValue("retry-after")).contains("1");
            assertThat(second.raw().headers().firstValue("ratelimit-policy"))
                    .contains("\"events\";q=1;qu=\"events\";w=1");
            assertThat(second.raw().headers().firstValue("ratelimit")).contains("\"events\";r=0;t=1");

            running.policy.inForce = TestPolicy.activation(
                    8, new Quota(Quota.Rate.NONE, new TreeMap<>(Map.of("orders", new Quota.Rate(0, 50, 1)))));
            String lines = (TestGateway.ORDER + "\n").repeat(3);
            Http.Answer batch = Http.send(
                    webshop,
                    running.event(ORDERS, "application/x-ndjson", lines.getBytes(UTF_8))
                            .build());
            assertThat(batch.status())
                    .as("a full bucket lets a larger event pass")
                    .isEqualTo(207);
            assertThat(batch.json().at("/counts/accepted").asInt()).isEqualTo(1);
            assertThat(batch.raw().headers().firstValue("ratelimit-policy"))
                    .contains("\"dataset-bytes\";q=50;qu=\"content-bytes\";w=1");
            assertThat(batch.raw().headers().firstValueAsLong("retry-after").orElse(0))
                    .as("what is owed, and a full bucket")
                    .isBetween(2L, 3L);

            running.policy.inForce = TestPolicy.activation(
                    9, new Quota(new Quota.Rate(100, 0, 1), new TreeMap<>(Map.of("orders", new Quota.Rate(60, 0, 2)))));
            Http.Answer whole = Http.send(
                    webshop,
                    running.event(ORDERS, "application/x-ndjson", lines.getBytes(UTF_8))
                            .build());
            HttpRequest question = Http.post(running.gateway.dataPort(), "/v1/events/q-1")
                    .GET()
                    .build();
            Http.Answer asked = Http.send(webshop, question);
            assertThat(whole.status()).as("an accepted batch is told too").isEqualTo(202);
            assertThat(whole.raw().headers().firstValue("ratelimit-policy"))
                    .contains("\"events\";q=100;qu=\"events\";w=1, \"dataset-events\";q=120;qu=\"events\";w=2");
            assertThat(whole.raw().headers().firstValue("ratelimit").orElse(""))
                    .matches("\"events\";r=\\d+;t=[01], \"dataset-events\";r=11[79];t=1");
            assertThat(asked.status()).isEqualTo(200);
            assertThat(asked.raw().headers().firstValue("ratelimit").orElse("")).startsWith("\"events\";r=");
        }
    }

    @Test
    void endsABodyThatDripsAndWritesThatToTheTrail() throws Exception {
        ReceiveLimits limits = limits(64, Duration.ofSeconds(5), Duration.ofMillis(500), Duration.ofSeconds(6));
        TestGateway running = new TestGateway(limits, TestGateway.PUBLISH, true);
        String answer = Http.raw(
                TestGateway.pki(),
                TestGateway.pki().identity(DevIdentity.WEBSHOP),
                running.gateway.dataPort(),
                "POST " + ORDERS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 100\r\n\r\n{");
        running.close();

        assertThat(answer).startsWith("HTTP/1.1 408").contains("request-timeout");
        assertThat(trail(running)).contains("\"actor\":\"webshop\"", "\"code\":\"request-timeout\",\"count\":1");
    }

    @Test
    void writesRefusalsInTheMiddleOfABodyToTheTrailOnce() throws Exception {
        TestGateway running = new TestGateway();
        running.policy.inForce = TestPolicy.activation(7, 2);
        HttpClient webshop = TestGateway.client(DevIdentity.WEBSHOP);
        byte[] large = new byte[(1 << 20) + 1];
        HttpRequest undeclared = Http.post(running.gateway.dataPort(), ORDERS)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)))
                .build();
        HttpRequest torn = running.event(ORDERS, "application/cloudevents-batch+json", "[".getBytes(UTF_8))
                .build();
        HttpRequest lines = running.event(
                        ORDERS,
                        "application/x-ndjson",
                        (TestGateway.ORDER + "\n").repeat(3).getBytes(UTF_8))
                .build();

        assertThat(Http.send(webshop, undeclared).code()).isEqualTo("body-too-large");
        assertThat(Http.send(webshop, torn).code()).isEqualTo("json-malformed");
        assertThat(Http.send(webshop, lines).json().at("/stopped/problem/code").asText())
                .isEqualTo("quota-exceeded");
        double exceeded = running.gateway.metrics().refusedCount(ProblemCode.QUOTA_EXCEEDED);
        running.close();

        assertThat(trail(running))
                .contains("\"code\":\"body-too-large\",\"count\":1")
                .contains("\"code\":\"json-malformed\",\"count\":1")
                .as("the event, and not once more the batch that it ended")
                .contains("\"code\":\"quota-exceeded\",\"count\":1");
        assertThat(exceeded).isEqualTo(1);
    }

    @Test
    void closesAConnectionWhoseHeadDoesNotCome() throws Exception {
        ReceiveLimits limits = limits(64, Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(9));
        try (TestGateway running = new TestGateway(limits, TestGateway.PUBLISH, true)) {
            String answer = Http.raw(
                    TestGateway.pki(),
                    TestGateway.pki().identity(DevIdentity.WEBSHOP),
                    running.gateway.dataPort(),
                    "POST " + ORDERS + " HTTP/1.1\r\nHost: local");

            assertThat(answer).isEmpty();
            assertThat(running.gateway.metrics().endedCount(ConnectionEnd.HEAD_TIMEOUT))
                    .isEqualTo(1);
            assertThat(Http.raw(
                            TestGateway.pki(),
                            TestGateway.pki().identity(DevIdentity.WEBSHOP),
                            running.gateway.dataPort(),
                            "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    .contains("404");
            assertThat(Http.raw(
                            TestGateway.pki(),
                            TestGateway.pki().identity(DevIdentity.WEBSHOP),
                            running.gateway.dataPort(),
                            "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\nG"))
                    .contains("404");
            assertThat(running.gateway.metrics().endedCount(ConnectionEnd.IDLE))
                    .as("nothing came behind the first answer")
                    .isEqualTo(1);
            assertThat(running.gateway.metrics().endedCount(ConnectionEnd.HEAD_TIMEOUT))
                    .as("a byte came behind it")
                    .isEqualTo(2);

            long from = System.nanoTime();
            assertThatThrownBy(() -> RawHttp2.reason(connect(running), out -> {
                        RawHttp2.frame(out, RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head());
                        RawHttp2.frame(out, RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8});
                        RawHttp2.frame(out, RawHttp2.HEADERS, 0, 3, RawHttp2.head());
                    }))
                    .hasMessage("no GOAWAY before the end");
            assertThat(running.gateway.metrics().endedCount(ConnectionEnd.HEAD_TIMEOUT))
                    .as("HEADERS without END_HEADERS came behind it")
                    .isEqualTo(3);
            assertThat(Duration.ofNanos(System.nanoTime() - from))
                    .as("as soon after a stream that was reset, and not when it is idle")
                    .isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test // the bound of bytes under way bounds memory only if nothing stays behind an answer
    void keepsNothingOfARequestWhoseConnectionLivesOn() throws Exception {
        String batch = "[" + BatchTest.event("kept", TestGateway.ORDER) + "]";
        ReceiveLimits patient = limits(64, Duration.ofMinutes(1), Duration.ofSeconds(4), Duration.ofSeconds(9));
        try (TestGateway running = new TestGateway(patient, TestGateway.PUBLISH, true);
                SSLSocket socket = connect(running)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + ORDERS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                    + " application/cloudevents-batch+json\r\nContent-Length: " + batch.length()
                                    + "\r\n\r\n" + batch)
                            .getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 202");

            Awaitility.await().until(() -> !liveClasses().contains("io.sluice.gateway.receive.Exchange"));
            assertThat(running.gateway.metrics().scrape()).contains("sluice_gateway_connections 1.0");
        }
    }

    @Test
    void endsAConnectionWithItsLifeHoweverBusyItIs() throws Exception {
        ReceiveLimits brief = limits(64, Duration.ofSeconds(30), Duration.ofSeconds(4), Duration.ofSeconds(9));
        try (TestGateway running = new TestGateway(living(brief, Duration.ofMillis(700)), TestGateway.PUBLISH, true);
                SSLSocket socket = connect(running)) {
            assertThat(readsUntilTheEnd(socket)).as("answers while it lived").isGreaterThan(1);
        }
    }

    @Test
    void capsConnectionsAndFreesThem() throws Exception {
        ReceiveLimits limits = limits(1, Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(9));
        try (TestGateway running = new TestGateway(limits, TestGateway.PUBLISH, true)) {
            try (SSLSocket first = connect(running)) {
                assertThat(statusOverOpenConnection(first)).isEqualTo(404);
                HttpClient other = TestGateway.client(DevIdentity.WEBSHOP);
                assertThatThrownBy(() -> Http.send(other, order(running, "second")))
                        .isInstanceOf(IOException.class);
            }
            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> Http.send(TestGateway.client(DevIdentity.WEBSHOP), order(running, "third"))
                                    .status()
                            == 202);
        }
    }

    @Test
    void leavesRoomForConnectionsOfOthers() throws Exception {
        ReceiveLimits limits = limits(4, Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(9));
        try (TestGateway running = new TestGateway(limits, TestGateway.PUBLISH, true);
                SSLSocket first = connect(running, DevIdentity.WEBSHOP);
                SSLSocket second = connect(running, DevIdentity.WEBSHOP)) {
            assertThat(statusOverOpenConnection(first)).isEqualTo(404);
            assertThat(statusOverOpenConnection(second)).isEqualTo(404);
            try (SSLSocket third = connect(running, DevIdentity.WEBSHOP);
                    SSLSocket other = connect(running, DevIdentity.ST_ELSEWHERE)) {
                assertThatThrownBy(() -> statusOverOpenConnection(third))
                        .as("half of them is what one producer may have")
                        .isInstanceOf(Exception.class);
                assertThat(statusOverOpenConnection(other)).isEqualTo(404);
            }
            assertThat(running.gateway.metrics().refusedCount(ConnectionRefusal.SHARE))
                    .isEqualTo(1);
        }
    }

    @Test
    void boundsHandshakesBeforeTheyCostAnything() throws Exception {
        ReceiveLimits slow = doorway(4, 1, Duration.ofMillis(1));
        try (TestGateway running = new TestGateway(slow, TestGateway.PUBLISH, true);
                Socket one = new Socket("127.0.0.1", running.gateway.dataPort());
                Socket two = new Socket("127.0.0.1", running.gateway.dataPort());
                Socket three = new Socket("127.0.0.1", running.gateway.dataPort())) {
            three.setSoTimeout(20_000);
            assertThat(ended(three)).as("of four under way an address has two").isTrue();
            assertThat(running.gateway.metrics().refusedCount(ConnectionRefusal.HANDSHAKES))
                    .isEqualTo(1);
            assertThat(running.gateway.metrics().scrape()).contains("sluice_gateway_handshakes 2.0");
            Awaitility.await().ignoreExceptions().until(() -> {
                try (SSLSocket producer = connect(running)) {
                    return statusOverOpenConnection(producer) == 404;
                }
            });
            one.setSoTimeout(20_000);
            assertThat(ended(one))
                    .as("it sent nothing, and gave its place away")
                    .isTrue();
            one.close();
            two.close();

            while (running.gateway.metrics().refusedCount(ConnectionRefusal.ADDRESS_RATE) == 0) {
                new Socket("127.0.0.1", running.gateway.dataPort()).close();
            }
            HttpRequest management = HttpRequest.newBuilder(
                            java.net.URI.create("http://127.0.0.1:" + running.gateway.managementPort() + "/livez"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(management, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as("the other port is not bounded")
                    .isEqualTo(200);
        }
    }

    @Test
    void keepsWhoFloodedOutForAWhileAndNobodyElse() throws Exception {
        ReceiveLimits calm = doorway(64, 1_000, Duration.ofSeconds(3));
        try (TestGateway running = new TestGateway(calm, TestGateway.PUBLISH, true)) {
            Http2FloodTest.resetUntilEnded(running.gateway.dataPort());

            Awaitility.await().until(() -> {
                try (SSLSocket socket = connect(running, DevIdentity.WEBSHOP)) {
                    return refused(socket);
                }
            });
            try (SSLSocket other = connect(running, DevIdentity.ST_ELSEWHERE)) {
                assertThat(statusOverOpenConnection(other)).isEqualTo(404);
            }
            assertThat(running.gateway.metrics().refusedCount(ConnectionRefusal.CALM))
                    .isGreaterThan(0);
            Awaitility.await().until(() -> {
                try (SSLSocket socket = connect(running, DevIdentity.WEBSHOP)) {
                    return !refused(socket);
                }
            });
        }
    }

    @Test
    void finishesWhatIsUnderWayWhenItCloses() throws Exception {
        TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false);
        CompletableFuture<HttpResponse<byte[]>> answer =
                send(TestGateway.client(DevIdentity.WEBSHOP), order(running, "drain"));
        Awaitility.await().until(() -> running.producer.history().size() == 1);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(running::close);
        Awaitility.await().until(() -> !running.gateway.readiness().ready());
        running.producer.completeNext();

        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        closing.get(20, TimeUnit.SECONDS);
        assertThat(running.producer.closed()).isTrue();
    }

    @Test
    void writesCountsOfRefusalsToTheTrailWithoutNamesOfStrangers() throws Exception {
        TestGateway running = new TestGateway();
        HttpRequest unknownDataset = running.event(
                        "/v1/datasets/nothing/events", "application/json", "{}".getBytes(UTF_8))
                .build();
        Http.send(TestGateway.client(DevIdentity.WEBSHOP), unknownDataset);
        Http.send(TestGateway.client(DevIdentity.WEBSHOP), unknownDataset);
        Http.send(TestGateway.client(DevIdentity.LAB), unknownDataset);

        running.close();

        assertThat(running.producer.history()).allMatch(record -> record.topic().equals("dev.audit.entries"));
        assertThat(trail(running))
                .contains("\"actor\":\"webshop\"", "\"code\":\"dataset-unknown\",\"count\":2")
                .contains("\"actor\":\"unknown\"", "\"code\":\"producer-unknown\",\"count\":1")
                .doesNotContain("lab");
    }

    @Test
    void namesABusyPortAndItsSetting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"));
                TestGateway running = new TestGateway()) {
            GatewayConfig config = TestGateway.config(TestGateway.LIMITS, TestGateway.PUBLISH, taken.getLocalPort());

            assertThatThrownBy(() -> Gateway.start(
                            config, running.keys, new TestPolicy(), () -> running.producer, Clock.systemUTC()))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("gateway.port");
        }
    }

    /** The entries that a gateway wrote, the last ones when it closed. */
    private static String trail(TestGateway closed) {
        return closed.producer.history().stream()
                .filter(record -> record.topic().equals("dev.audit.entries"))
                .map(record -> new String(record.value(), UTF_8))
                .reduce("", String::concat);
    }

    /** The classes that have instances behind a full collection. */
    private static Set<String> liveClasses() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 3)
                .map(columns -> columns[3])
                .collect(Collectors.toSet());
    }

    private static String onDisk(Path folder) throws IOException {
        StringBuilder bytes = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes.append(Files.readString(file, ISO_8859_1));
            }
        }
        return bytes.toString();
    }

    private static HttpRequest order(TestGateway running, String id) {
        return order(running, id, TestGateway.ORDER);
    }

    private static HttpRequest order(TestGateway running, String id, String body) {
        return running.event(ORDERS, "application/json", body.getBytes(UTF_8))
                .header("Idempotency-Key", id)
                .build();
    }

    private static CompletableFuture<HttpResponse<byte[]>> send(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String code(CompletableFuture<HttpResponse<byte[]>> answer) throws Exception {
        HttpResponse<byte[]> response = answer.get(20, TimeUnit.SECONDS);
        return response.statusCode() + " "
                + new com.fasterxml.jackson.databind.json.JsonMapper()
                        .readTree(response.body())
                        .path("code")
                        .asText();
    }

    private static SSLSocket connect(TestGateway running) throws IOException {
        return connect(running, DevIdentity.WEBSHOP);
    }

    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private static boolean refused(SSLSocket socket) {
        try {
            statusOverOpenConnection(socket);
            return false;
        } catch (IOException | StringIndexOutOfBoundsException ended) {
            return true;
        }
    }

    private static SSLSocket connect(TestGateway running, DevIdentity identity) throws IOException {
        return (SSLSocket) Http.context(TestGateway.pki(), TestGateway.pki().identity(identity))
                .getSocketFactory()
                .createSocket("localhost", running.gateway.dataPort());
    }

    /** Asks again and again. */
    private static int readsUntilTheEnd(SSLSocket socket) throws IOException {
        byte[] buffer = new byte[8_192];
        int reads = 0;
        while (true) {
            try {
                socket.getOutputStream().write("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            } catch (IOException ended) {
                return reads;
            }
            if (socket.getInputStream().read(buffer) < 0) {
                return reads;
            }
            reads++;
        }
    }

    /** The status of a request on a connection that stays open. */
    private static int statusOverOpenConnection(SSLSocket socket) throws IOException {
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        out.write("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        out.flush();
        byte[] head = socket.getInputStream().readNBytes(12);
        return Integer.parseInt(new String(head, 9, 3, UTF_8));
    }

    private static ReceiveLimits limits(int connections, Duration head, Duration body, Duration answer) {
        ReceiveLimits base = TestGateway.LIMITS;
        return new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                connections,
                base.maxHandshakes(),
                base.handshakesPerSecond(),
                base.calm(),
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                base.handshake(),
                head,
                body,
                answer,
                base.connectionLife(),
                Duration.ofSeconds(2));
    }

    private static ReceiveLimits doorway(int handshakes, int perSecond, Duration calm) {
        ReceiveLimits base = TestGateway.LIMITS;
        return new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                base.maxConnections(),
                handshakes,
                perSecond,
                calm,
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                Duration.ofSeconds(30),
                base.head(),
                base.body(),
                base.answer(),
                base.connectionLife(),
                base.drain());
    }

    private static ReceiveLimits living(ReceiveLimits base, Duration life) {
        return new ReceiveLimits(
                base.maxBodyBytes(),
                base.maxDiscardBytes(),
                base.maxHeaderBytes(),
                base.maxLineBytes(),
                base.maxConnections(),
                base.maxHandshakes(),
                base.handshakesPerSecond(),
                base.calm(),
                base.maxStreams(),
                base.minBodyBytesPerSecond(),
                base.handshake(),
                base.head(),
                base.body(),
                base.answer(),
                life,
                base.drain());
    }

    private static PublishLimits publish(long bytesInFlight, Duration delivery) {
        PublishLimits base = TestGateway.PUBLISH;
        boolean brief = delivery.compareTo(base.requestTimeout()) < 0;
        return new PublishLimits(
                bytesInFlight,
                base.maxRecordBytes(),
                base.maxQueuedRecords(),
                base.maxQueueWait(),
                base.maxBlock(),
                delivery,
                brief ? delivery.minusMillis(100) : base.requestTimeout(),
                base.linger(),
                base.maxSeenEvents());
    }

    private static String text(Header header) {
        return new String(header.value(), UTF_8);
    }
}
