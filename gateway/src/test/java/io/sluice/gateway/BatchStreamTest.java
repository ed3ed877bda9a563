package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.certs.DevIdentity;
import io.sluice.gateway.parse.BatchLimits;
import io.sluice.gateway.publish.BytesInFlight;
import io.sluice.gateway.publish.PublishLimits;
import io.sluice.gateway.receive.ReceiveLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Promise P10 for bodies of lines: memory is bounded whatever their length, and every way to end in the middle is told. */
@Timeout(600)
class BatchStreamTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static final String LINES = "application/x-ndjson";
    private static final int EVENT_BYTES = 800;

    @Test
    void holdsTheProducerToThePaceOfKafka() throws Exception {
        AtomicLong read = new AtomicLong();
        int lines = 20_000; // 16 MB
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false)) {
            CompletableFuture<HttpResponse<byte[]>> answer = TestGateway.client(DevIdentity.WEBSHOP)
                    .sendAsync(stream(running, "pace", lines, read), HttpResponse.BodyHandlers.ofByteArray());

            // Kafka is silent: the gateway takes what may be under way and then leaves the rest to the producer.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> running.producer.history().size() == TestGateway.BATCHES.maxEventsUnderWay());
            AtomicLong before = new AtomicLong(-1);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> before.getAndSet(read.get()) == read.get());
            assertThat(read.get()).as("bytes that left the producer").isLessThan(12L << 20);
            assertThat(bytesInFlight(running))
                    .isEqualTo(TestGateway.BATCHES.maxBytesUnderWay()
                            + BytesInFlight.OVERHEAD_BYTES
                            + TestGateway.BATCHES.maxEventsUnderWay() * BytesInFlight.EVENT_BYTES);
            assertThat(answer).isNotDone();

            // Kafka answers: the rest flows.
            Awaitility.await()
                    .atMost(Duration.ofMinutes(3))
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        while (running.producer.completeNext()) {
                            Thread.onSpinWait();
                        }
                        return answer.isDone();
                    });
            JsonNode json = json(answer.get().body());
            assertThat(answer.get().statusCode())
                    .as(json.path("stopped").toString())
                    .isEqualTo(202);
            assertThat(json.at("/counts/accepted").asInt()).isEqualTo(lines);
            Awaitility.await().until(() -> bytesInFlight(running) == 0);
        }
    }

    @Test
    void takesTwentyThousandLinesInBoundedMemory() throws Exception {
        int lines = 20_000;
        List<Long> retained = Collections.synchronizedList(new java.util.ArrayList<>());
        AtomicInteger sent = new AtomicInteger();
        MockProducer<byte[], byte[]> forgetful =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            ProducerRecord<byte[], byte[]> record, Callback callback) {
                        int n = sent.incrementAndGet();
                        if (n % 1_000 == 0) {
                            clear();
                        }
                        if (n == 2_500 || n == 10_000 || n == 19_500) {
                            System.gc();
                            Runtime runtime = Runtime.getRuntime();
                            retained.add(runtime.totalMemory() - runtime.freeMemory());
                        }
                        return super.send(record, callback);
                    }
                };
        try (TestGateway running = new TestGateway(
                TestGateway.answerWithin(Duration.ofSeconds(30)), publish(64L << 20), BatchLimits.DEFAULT, forgetful)) {
            HttpResponse<byte[]> answer = TestGateway.client(DevIdentity.WEBSHOP)
                    .send(stream(running, "long", lines, new AtomicLong()), HttpResponse.BodyHandlers.ofByteArray());
            JsonNode json = json(answer.body());

            assertThat(answer.statusCode()).as(json.path("stopped").toString()).isEqualTo(202);
            assertThat(json.at("/counts/accepted").asInt()).isEqualTo(lines);
            assertThat(json.path("events")).hasSize(lines);
            assertThat(json.at("/events/" + (lines - 1) + "/line").asInt()).isEqualTo(lines);
            assertThat(sent).hasValueGreaterThanOrEqualTo(lines);
            // The body has 16 MB. What grows is the answer, and the keyed hashes that answer repeats.
            assertThat(retained.get(2) - retained.get(0)).isLessThan(10L << 20);
            assertThat(retained.get(1) - retained.get(0)).isLessThan(7L << 20);
        }
    }

    @Test
    void endsABodyThatStallsAndAnswersWhatCameBefore() throws Exception {
        BatchLimits limits = limits(BatchLimits.DEFAULT.maxEvents(), 1 << 20, Duration.ofMillis(500));
        try (TestGateway running =
                new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, limits, TestGateway.producer(true))) {
            String answer = raw(running, head("stall") + chunk(line("a") + line("b") + "{\"customer\":"));
            String nothing = raw(running, head("stall-2") + chunk("{\"customer\":"));

            assertThat(answer).startsWith("HTTP/1.1 207");
            JsonNode json =
                    json(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(UTF_8));
            assertThat(json.at("/counts/accepted").asInt()).isEqualTo(2);
            assertThat(json.at("/stopped/line").asInt()).isEqualTo(3);
            assertThat(json.at("/stopped/problem/code").asText()).isEqualTo("request-timeout");
            assertThat(nothing).startsWith("HTTP/1.1 408").contains("\"code\":\"request-timeout\"");
            assertThat(running.producer.history()).hasSize(2);
        }
    }

    @Test
    void answersABodyThatStallsForLongerThanAHeadAndAnAnswerMayTake() throws Exception {
        ReceiveLimits receive =
                TestGateway.deadlines(Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(900));
        PublishLimits base = TestGateway.PUBLISH;
        PublishLimits publish = new PublishLimits(
                base.maxBytesInFlight(),
                base.maxRecordBytes(),
                base.maxQueuedRecords(),
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                Duration.ofMillis(200),
                base.linger(),
                base.maxSeenEvents());
        BatchLimits limits = limits(BatchLimits.DEFAULT.maxEvents(), 1 << 20, Duration.ofSeconds(2));
        try (TestGateway running = new TestGateway(receive, publish, limits, TestGateway.producer(true))) {
            assertThat(raw(running, head("long-stall") + chunk(line("a") + "{\"customer\":")))
                    .startsWith("HTTP/1.1 207")
                    .contains("request-timeout");
        }
    }

    @Test
    void takesEveryLineThatCameWholeBeforeATornChunk() throws Exception {
        try (TestGateway running = gateway(TestGateway.BATCHES)) {
            String answer = raw(running, head("torn") + chunk(line("a").repeat(1_000)) + "zz\r\n");

            JsonNode json =
                    json(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(UTF_8));
            assertThat(json.at("/counts/accepted").asInt()).isEqualTo(1_000);
            assertThat(json.at("/stopped/line").asInt()).isEqualTo(1_001);
            assertThat(json.at("/stopped/problem/code").asText()).isEqualTo("http-malformed");
        }
    }

    @Test
    void endsABodyThatTakesTooLongThoughItNeverStalls() throws Exception {
        BatchLimits base = limits(100, 1 << 20, Duration.ofSeconds(1)); // a busy machine hardly stalls so long
        try (TestGateway running =
                        new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, base, TestGateway.producer(true));
                SSLSocket socket = connect(running)) {
            OutputStream out = socket.getOutputStream();
            out.write(head("drip").getBytes(UTF_8));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> readAnswer(socket));
            AtomicInteger n = new AtomicInteger();
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> {
                        if (!answer.isDone()) {
                            out.write(chunk(line("drip " + n.incrementAndGet())).getBytes(UTF_8));
                            out.flush();
                        }
                        return answer.isDone();
                    });

            assertThat(answer.get()).startsWith("HTTP/1.1 207").contains("request-timeout");
            assertThat(n.get()).as("lines in " + base.duration()).isBetween(3, 100);
        }
    }

    @Test
    void endsABodyThatDripsThoughItIsNeverSilent() throws Exception {
        BatchLimits base = limits(100, 1 << 20, Duration.ofSeconds(1));
        try (TestGateway running =
                        new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, base, TestGateway.producer(true));
                SSLSocket socket = connect(running)) {
            OutputStream out = socket.getOutputStream();
            out.write(head("drops").getBytes(UTF_8));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> readAnswer(socket));
            Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> {
                if (!answer.isDone()) {
                    out.write(chunk(" ").getBytes(UTF_8));
                    out.flush();
                }
                return answer.isDone();
            });

            assertThat(answer.get()).startsWith("HTTP/1.1 408").contains("Less than 128 bytes a second");
        }
    }

    @Test
    void keepsWhatWasDurableWhenTheCallerIsGoneAndWritesNothingTwiceOnARepeat() throws Exception {
        String half = IntStream.range(0, 40).mapToObj(i -> line("gone " + i)).collect(Collectors.joining());
        try (TestGateway running = new TestGateway()) {
            try (SSLSocket socket = connect(running)) {
                socket.getOutputStream().write((head("gone") + chunk(half + "{\"customer")).getBytes(UTF_8));
                socket.getOutputStream().flush();
                Awaitility.await().until(() -> running.producer.history().size() == 40);
            }
            Awaitility.await().until(() -> bytesInFlight(running) == 0);

            Http.Answer repeat = Http.send(
                    TestGateway.client(DevIdentity.WEBSHOP),
                    running.event(ORDERS, LINES, (half + line("rest")).getBytes(UTF_8))
                            .header("Idempotency-Key", "gone")
                            .build());

            assertThat(repeat.status()).isEqualTo(202);
            assertThat(repeat.json().path("events").findValues("repeated")).hasSize(40);
            assertThat(running.producer.history()).hasSize(41);
        }
    }

    @Test
    void freesItsMemoryWhenTheCallerGoesWhileKafkaIsSilent() throws Exception {
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false)) {
            try (SSLSocket socket = connect(running)) {
                socket.getOutputStream().write((head("left") + chunk(line("a") + line("b"))).getBytes(UTF_8));
                socket.getOutputStream().flush();
                Awaitility.await().until(() -> running.producer.history().size() == 2);
            }
            assertThat(running.producer.completeNext()).isTrue();
            assertThat(bytesInFlight(running))
                    .as("one event is still under way")
                    .isPositive();
            assertThat(running.producer.completeNext()).isTrue();
            Awaitility.await().until(() -> bytesInFlight(running) == 0);
        }
    }

    @Test
    void tellsTheTruthOfEachEventWhenKafkaGoesInTheMiddle() throws Exception {
        try (TestGateway running = new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, false);
                SSLSocket socket = connect(running)) {
            OutputStream out = socket.getOutputStream();
            out.write((head("kafka") + chunk(line("a") + line("b") + line("c"))).getBytes(UTF_8));
            out.flush();
            Awaitility.await().until(() -> running.producer.history().size() == 3);
            running.producer.completeNext();
            running.producer.errorNext(new TimeoutException("delivery"));
            running.producer.completeNext();
            String answer = readAnswer(socket);

            JsonNode json =
                    json(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(UTF_8));
            assertThat(answer).startsWith("HTTP/1.1 207").contains("retry-after: 1");
            assertThat(json.at("/events/0/status").asText()).isEqualTo("accepted");
            assertThat(json.at("/events/1/problem/code").asText()).isEqualTo("kafka-unavailable");
            assertThat(json.at("/events/2/status").asText()).isEqualTo("accepted");
            assertThat(json.at("/stopped/line").asInt()).isEqualTo(4);
            assertThat(json.at("/stopped/problem/status").asInt()).isEqualTo(503);
        }
    }

    @Test
    void stopsWhereThePolicyIsWithdrawnInTheMiddle() throws Exception {
        try (TestGateway running = new TestGateway();
                SSLSocket socket = connect(running)) {
            OutputStream out = socket.getOutputStream();
            out.write((head("policy") + chunk(line("a"))).getBytes(UTF_8));
            out.flush();
            Awaitility.await().until(() -> running.producer.history().size() == 1);
            running.policy.inForce = null;
            out.write(chunk(line("b") + line("c")).getBytes(UTF_8));
            out.flush();

            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 207").contains("policy-unavailable");
            assertThat(running.producer.history()).hasSize(1);
        }
    }

    @Test
    void answersWhatItTookWhenTheGatewayCloses() throws Exception {
        TestGateway running = new TestGateway();
        try (SSLSocket socket = connect(running)) {
            socket.getOutputStream().write((head("drain") + chunk(line("a"))).getBytes(UTF_8));
            socket.getOutputStream().flush();
            Awaitility.await().until(() -> running.producer.history().size() == 1);

            CompletableFuture<Void> closing = CompletableFuture.runAsync(running::close);

            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 207").contains("back-pressure", "\"accepted\":1");
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void leavesABatchAtEachOfItsBounds() throws Exception {
        String five = IntStream.range(0, 5).mapToObj(i -> line("n" + i)).collect(Collectors.joining());
        BatchLimits base = TestGateway.BATCHES;
        assertStopped(limits(3, base.maxAnswerBytes(), base.stall()), five, 3, 4);
        assertStopped(
                new BatchLimits(
                        2,
                        3,
                        base.maxBytes(),
                        base.maxHeldBytes(),
                        base.maxBytesUnderWay(),
                        base.maxEventsUnderWay(),
                        base.maxAnswerBytes(),
                        base.stall(),
                        base.duration()),
                "\n\n" + five,
                1,
                4);
        long twoLines = 2L * line("n0").length() + 5;
        BatchLimits bytes = new BatchLimits(
                10,
                10,
                twoLines,
                base.maxHeldBytes(),
                base.maxBytesUnderWay(),
                base.maxEventsUnderWay(),
                base.maxAnswerBytes(),
                base.stall(),
                base.duration());
        try (TestGateway running = gateway(bytes);
                SSLSocket socket = connect(running)) {
            // Chunked, so that no length is declared; the first two lines come before the chunk that is too much.
            socket.getOutputStream().write((head("bytes") + chunk(line("n0") + line("n1"))).getBytes(UTF_8));
            socket.getOutputStream().flush();
            Awaitility.await().until(() -> running.producer.history().size() == 2);
            socket.getOutputStream().write(chunk(line("n2")).getBytes(UTF_8));
            socket.getOutputStream().flush();
            assertThat(readAnswer(socket))
                    .startsWith("HTTP/1.1 207")
                    .contains("\"stopped\":{\"line\":3,", "batch-too-large");
        }
        try (TestGateway running = gateway(bytes)) {
            Http.Answer declared = Http.send(
                    TestGateway.client(DevIdentity.WEBSHOP),
                    running.event(ORDERS, LINES, five.getBytes(UTF_8)).build());
            assertThat(declared.status()).isEqualTo(413);
            assertThat(declared.code()).isEqualTo("batch-too-large");
            assertThat(running.producer.history()).isEmpty();
        }
    }

    @Test
    void boundsItsAnswer() throws Exception {
        BatchLimits base = TestGateway.BATCHES;
        BatchLimits small = new BatchLimits(
                base.maxEvents(),
                base.maxLines(),
                base.maxBytes(),
                base.maxHeldBytes(),
                base.maxBytesUnderWay(),
                4,
                16 << 10,
                base.stall(),
                base.duration());
        try (TestGateway running = gateway(small)) {
            Http.Answer answer = Http.send(
                    TestGateway.client(DevIdentity.WEBSHOP),
                    running.event(ORDERS, LINES, line("x").repeat(1_000).getBytes(UTF_8))
                            .build());
            int taken = answer.json().at("/counts/accepted").asInt();

            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.raw().body().length).isLessThan(17 << 10);
            assertThat(taken).isBetween(50, 200);
            assertThat(answer.json().at("/stopped/line").asInt()).isEqualTo(taken + 1);
            assertThat(running.producer.history()).hasSize(taken);
        }
    }

    @Test
    void refusesAnArrayOfTooManyEventsBeforeTakingAny() throws Exception {
        try (TestGateway running = gateway(limits(2, 1 << 20, Duration.ofSeconds(4)))) {
            String body = "[" + BatchTest.event("1", "{}") + "," + BatchTest.event("2", "{}") + ","
                    + BatchTest.event("3", "{}") + "]";
            Http.Answer answer = Http.send(
                    TestGateway.client(DevIdentity.WEBSHOP),
                    running.event(ORDERS, "application/cloudevents-batch+json", body.getBytes(UTF_8))
                            .build());

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.code()).isEqualTo("batch-too-large");
            assertThat(running.producer.history()).isEmpty();
        }
    }

    private static void assertStopped(BatchLimits limits, String body, int accepted, int line) throws Exception {
        try (TestGateway running = gateway(limits)) {
            Http.Answer answer = Http.send(
                    TestGateway.client(DevIdentity.WEBSHOP),
                    running.event(ORDERS, LINES, body.getBytes(UTF_8)).build());

            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.json().at("/counts/accepted").asInt()).isEqualTo(accepted);
            assertThat(answer.json().at("/stopped/line").asInt()).isEqualTo(line);
            assertThat(answer.json().at("/stopped/problem/code").asText()).isEqualTo("batch-too-large");
            assertThat(running.producer.history()).hasSize(accepted);
        }
    }

    private static TestGateway gateway(BatchLimits limits) {
        return new TestGateway(TestGateway.LIMITS, TestGateway.PUBLISH, limits, TestGateway.producer(true));
    }

    private static BatchLimits limits(int events, int answerBytes, Duration stall) {
        BatchLimits base = TestGateway.BATCHES;
        return new BatchLimits(
                events,
                base.maxLines(),
                base.maxBytes(),
                base.maxHeldBytes(),
                base.maxBytesUnderWay(),
                base.maxEventsUnderWay(),
                Math.max(answerBytes, base.maxEventsUnderWay() * 2_048),
                stall,
                stall.multipliedBy(3));
    }

    private static PublishLimits publish(long bytesInFlight) {
        PublishLimits base = TestGateway.PUBLISH;
        return new PublishLimits(
                bytesInFlight,
                base.maxRecordBytes(),
                base.maxQueuedRecords(),
                Duration.ofSeconds(20), // a collection holds the publishing thread, on a busy machine for long
                base.maxBlock(),
                base.deliveryTimeout(),
                base.requestTimeout(),
                base.linger(),
                base.maxSeenEvents());
    }

    private static HttpRequest stream(TestGateway running, String key, int lines, AtomicLong read) {
        byte[] line = line("x".repeat(EVENT_BYTES - line("").length())).getBytes(UTF_8);
        return Http.post(running.gateway.dataPort(), ORDERS)
                .timeout(Duration.ofSeconds(100))
                .header("Content-Type", LINES)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> repeated(line, lines, read)))
                .build();
    }

    private static InputStream repeated(byte[] line, int lines, AtomicLong read) {
        Iterator<InputStream> all = IntStream.range(0, lines)
                .mapToObj(i -> {
                    read.addAndGet(line.length);
                    return (InputStream) new ByteArrayInputStream(line);
                })
                .iterator();
        return new SequenceInputStream(new java.util.Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return all.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return all.next();
            }
        });
    }

    private static String line(String note) {
        return BatchTest.order(note) + "\n";
    }

    private static String head(String key) {
        return "POST " + ORDERS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + LINES + "\r\nIdempotency-Key: "
                + key + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String raw(TestGateway running, String request) throws IOException {
        return Http.raw(
                TestGateway.pki(),
                TestGateway.pki().identity(DevIdentity.WEBSHOP),
                running.gateway.dataPort(),
                request);
    }

    private static SSLSocket connect(TestGateway running) throws IOException {
        SSLSocket socket =
                (SSLSocket) Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP))
                        .getSocketFactory()
                        .createSocket("localhost", running.gateway.dataPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** The answer with its body, by its declared length, in lower-case headers. */
    private static String readAnswer(SSLSocket socket) {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int b = in.read(); b >= 0 && head.indexOf("\r\n\r\n") < 0; b = in.read()) {
                head.append((char) b);
                if (head.indexOf("\r\n\r\n") >= 0) {
                    break;
                }
            }
            String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
            return head + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static double bytesInFlight(TestGateway running) throws Exception {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(java.net.URI.create(
                                        "http://127.0.0.1:" + running.gateway.managementPort() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("sluice_gateway_bytes_in_flight "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode json(byte[] body) throws IOException {
        return new JsonMapper().readTree(body);
    }
}
