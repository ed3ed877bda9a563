package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.certs.DevIdentity;
import io.sluice.gateway.receive.Decompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with {@code Content-Encoding: gzip} where they are allowed: read like others, and no bomb, no second reading. */
@Timeout(60)
class CompressedBodiesTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static TestGateway running;
    private static HttpClient webshop;

    @BeforeAll
    static void start() {
        running = new TestGateway(new Decompression(true, 100));
        webshop = TestGateway.client(DevIdentity.WEBSHOP);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
    void readsAnEventAsIfItCamePlain(String coding) throws Exception {
        Http.Answer plain = Http.send(
                webshop,
                running.event(ORDERS, JSON, TestGateway.ORDER.getBytes(UTF_8))
                        .header("Idempotency-Key", "same-" + coding)
                        .build());
        Http.Answer packed = Http.send(
                webshop,
                packed(JSON, gzip(TestGateway.ORDER), coding)
                        .header("Idempotency-Key", "same-" + coding)
                        .build());

        assertThat(plain.status()).isEqualTo(202);
        assertThat(packed.status()).as(packed.json().toString()).isEqualTo(202);
        assertThat(packed.json().path("repeated").asBoolean())
                .as("the same content under the same id")
                .isTrue();
    }

    @Test
    void readsEveryMemberOfTheHead() throws Exception {
        byte[] body = gzip(TestGateway.ORDER);
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16 | 1, 1, 2, 3, 4, 0, 3});
        head.writeBytes(new byte[] {3, 0, 'a', 'b', 'c'});
        head.writeBytes("order.json\0a remark\0".getBytes(UTF_8));
        CRC32 crc = new CRC32();
        crc.update(head.toByteArray());
        head.write((int) crc.getValue());
        head.write((int) crc.getValue() >> 8);
        byte[] good = joined(head.toByteArray(), Arrays.copyOfRange(body, 10, body.length));
        byte[] bad = good.clone();
        bad[head.size() - 1] ^= 1;

        assertThat(post(JSON, good).status()).isEqualTo(202);
        assertThat(post(JSON, bad).code()).isEqualTo("content-encoding-malformed");
    }

    @Test
    void readsBatchesThatAreHeldAndLinesAsTheyCome() throws Exception {
        Random random = new Random(8);
        String lines = IntStream.range(0, 6_000)
                .mapToObj(i -> TestGateway.ORDER.replace("Zaphod", Long.toHexString(random.nextLong())))
                .collect(Collectors.joining("\n"));
        String events = "[{\"specversion\":\"1.0\",\"id\":\"g-1\",\"source\":\"/g\",\"type\":\"t\",\"data\":"
                + TestGateway.ORDER + "}]";

        Http.Answer held = post("application/cloudevents-batch+json", gzip(events));
        Http.Answer streamed = post(LINES, gzip(lines));
        Http.Answer empty = post(LINES, gzip(""));

        assertThat(held.json().at("/counts/accepted").asInt())
                .as(held.json().toString())
                .isEqualTo(1);
        assertThat(streamed.status())
                .as(streamed.json().path("stopped").toString())
                .isEqualTo(202);
        assertThat(streamed.json().at("/counts/accepted").asInt()).isEqualTo(6_000);
        assertThat(empty.status()).isEqualTo(202);
        Awaitility.await()
                .until(() -> running.gateway.metrics().scrape().contains("sluice_gateway_bytes_in_flight 0.0"));
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("truncated", body -> Arrays.copyOf(body, body.length / 2)),
                damage("trailer missing", body -> Arrays.copyOf(body, body.length - 8)),
                damage("trailer cut", body -> Arrays.copyOf(body, body.length - 1)),
                damage("crc wrong", body -> flipped(body, body.length - 8)),
                damage("length wrong", body -> flipped(body, body.length - 1)),
                damage("data damaged", body -> joined(Arrays.copyOf(body, 10), new byte[] {-1, -1, -1, -1, -1, -1})),
                damage("a byte behind it", body -> Arrays.copyOf(body, body.length + 1)),
                damage("two members", body -> joined(body, body)),
                damage("reserved flag", body -> flipped(body, 3, 0x80)),
                damage("not deflate", body -> flipped(body, 2)),
                damage("no gzip", body -> TestGateway.ORDER.getBytes(UTF_8)),
                damage("zlib in its place", body -> joined(new byte[] {0x78, (byte) 0x9c}, body)),
                damage("nothing at all", body -> new byte[0]),
                damage("head alone", body -> Arrays.copyOf(body, 10)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void refusesWhatIsNotOneWholeMember(String name, UnaryOperator<byte[]> damage) throws Exception {
        byte[] body = damage.apply(gzip(TestGateway.ORDER));
        int before = running.producer.history().size();

        Http.Answer single = post(JSON, body);
        assertThat(running.producer.history()).hasSize(before);
        Http.Answer streamed = post(LINES, body);

        assertThat(single.status()).isEqualTo(400);
        assertThat(single.code()).isEqualTo("content-encoding-malformed");
        assertThat(streamed.json().toString()).contains("content-encoding-malformed");
    }

    @Test
    void takesEveryLineThatCameBeforeTheFault() throws Exception {
        Random random = new Random(10);
        byte[] body = gzip(IntStream.range(0, 1_000)
                .mapToObj(i -> TestGateway.ORDER.replace("Zaphod", Long.toHexString(random.nextLong())) + "\n")
                .collect(Collectors.joining()));

        Http.Answer answer = post(LINES, flipped(body, body.length - 8));

        assertThat(answer.json().at("/counts/accepted").asInt()).isEqualTo(1_000);
        assertThat(answer.json().at("/stopped/line").asInt()).isEqualTo(1_001);
        assertThat(answer.json().at("/stopped/problem/code").asText()).isEqualTo("content-encoding-malformed");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, LINES, "application/cloudevents-batch+json"})
    void refusesABombBeforeItIsBig(String type) throws Exception {
        byte[] bomb = gzip(" ".repeat(1_000_000)); // a thousandth of it

        Http.Answer answer = post(type, bomb);

        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("compression-ratio");
    }

    @ParameterizedTest // of a batch nobody else looks at them
    @CsvSource({JSON + ", 700000", "application/cloudevents-batch+json, 900000"})
    void holdsInflatedBytesToTheLimitsOfBodies(String type, int half) throws Exception {
        byte[] noise = new byte[half];
        new Random(9).nextBytes(noise);
        String text = java.util.HexFormat.of().formatHex(noise); // 1.4 MB out of some 0.8
        byte[] body = gzip("[\"" + text + "\"]");
        assertThat(body.length).as("what is sent would do").isLessThan(TestGateway.BATCHES.maxHeldBytes());

        Http.Answer answer = post(type, body);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("body-too-large");
    }

    @Test
    void countsOfSmallLinesWhatTheyMayInflateTo() throws Exception {
        byte[] body = gzip(TestGateway.ORDER);
        SSLContext webshops = Http.context(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP));
        try (Socket socket = webshops.getSocketFactory().createSocket("localhost", running.gateway.dataPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + ORDERS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + LINES
                                    + "\r\nContent-Encoding: gzip\r\nExpect: 100-continue\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                            .getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readNBytes(25), UTF_8))
                    .startsWith("HTTP/1.1 100");

            double held = running.gateway
                    .metrics()
                    .scrape()
                    .lines()
                    .filter(line -> line.startsWith("sluice_gateway_bytes_in_flight "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
            socket.getOutputStream().write(body);

            assertThat(held).isBetween(1.0, 200_000.0);
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 202");
        }
    }

    @Test
    void doesNotMindAShortTextOfOneLetter() throws Exception {
        assertThat(post(JSON, gzip(TestGateway.ORDER + " ".repeat(60_000))).status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, gzip", "deflate", "br", "gzip, identity", "zstd", "", "identity, gzip"})
    void refusesOtherCodings(String coding) throws Exception {
        Http.Answer answer =
                Http.send(webshop, packed(JSON, gzip(TestGateway.ORDER), coding).build());

        assertThat(answer.code()).isEqualTo("content-encoding-unsupported");
        assertThat(answer.raw().headers().firstValue("accept-encoding")).contains("gzip");
    }

    private static Arguments damage(String name, UnaryOperator<byte[]> damage) {
        return arguments(name, damage);
    }

    private static Http.Answer post(String type, byte[] body) throws Exception {
        return Http.send(webshop, packed(type, body, "gzip").build());
    }

    private static HttpRequest.Builder packed(String type, byte[] body, String coding) {
        return running.event(ORDERS, type, body).header("Content-Encoding", coding);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] flipped(byte[] body, int at) {
        return flipped(body, at, 1);
    }

    private static byte[] flipped(byte[] body, int at, int bits) {
        byte[] flipped = body.clone();
        flipped[at] ^= (byte) bits;
        return flipped;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
