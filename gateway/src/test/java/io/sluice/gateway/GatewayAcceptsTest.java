package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.DevPki;
import io.sluice.certs.PemIdentity;
import io.sluice.core.event.Headers;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.UnwrapLimits;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What the gateway takes, and what then stands in Kafka. */
class GatewayAcceptsTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static TestGateway running;
    private static HttpClient webshop;

    @BeforeAll
    static void start() {
        running = new TestGateway();
        webshop = TestGateway.client(DevIdentity.WEBSHOP);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void clear() {
        running.producer.clear();
    }

    @Test
    void answersWithThePositionOfASealedEvent() throws Exception {
        Http.Answer answer = Http.send(
                webshop,
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .header("Idempotency-Key", "order-1")
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("id").asText()).isEqualTo("order-1");
        assertThat(answer.json().path("status").asText()).isEqualTo("accepted");
        assertThat(answer.json().path("position").asText()).startsWith("events.ingress/1/0/");
        assertThat(running.producer.history()).hasSize(1);
    }

    /** The rulebook has them in lower case; in a certificate the case of a host and of a scheme means nothing. */
    @ParameterizedTest
    @CsvSource({"Tills.Shop.EXAMPLE, tills", "SPIFFE://Sluice.DEV/producer/webshop, webshop"})
    void knowsAProducerByTheNameOfItsCertificate(String name, String producer, @TempDir Path folder) throws Exception {
        PemIdentity named = DevPki.issue(TestGateway.pki(), folder, Clock.systemUTC(), name);

        Http.Answer answer = Http.send(
                Http.client(TestGateway.pki(), named, HttpClient.Version.HTTP_1_1),
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(header(running.producer.history().get(0), Headers.CE_PRODUCER))
                .isEqualTo(producer);
    }

    /** At the finest level, of good and of bad requests: nothing that a producer chose, wherever it stands. */
    @Test // promise P2
    void logsNothingOfWhatAProducerSends() throws Exception {
        String mark = "zx81canary";
        List<String> logged = new CopyOnWriteArrayList<>();
        try (AutoCloseable ignored = RoomLogs.collectInto(logged)) {
            for (String body : List.of(
                    TestGateway.ORDER.replace("Zaphod", mark),
                    "{\"" + mark + "\":",
                    "{\"customer\":{\"id\":\"" + mark + "\"},\"note\":7,\"" + mark + "\":1}",
                    "{\"customer\":{\"" + mark + "\":{}}}")) {
                for (String type : List.of("application/json", "application/x-ndjson", "text/" + mark)) {
                    Http.send(
                            webshop,
                            running.event(ORDERS, type, body.getBytes(UTF_8))
                                    .header("Idempotency-Key", mark + body.hashCode())
                                    .header("traceparent", "00-" + "c".repeat(32) + "-" + "c".repeat(16) + "-01")
                                    .header("Sluice-Purpose", body.startsWith("{\"" + mark) ? mark : "fulfilment")
                                    .build());
                }
            }
            Http.send(webshop, ask("/v1/events/" + mark));
            Http.send(webshop, ask("/" + mark));
            LoggerFactory.getLogger("io.sluice")
                    .debug("What a layout prints", new IOException("a fault", new IOException("its cause")));
        }

        assertThat(logged)
                .anyMatch(line -> line.contains("accepted") && line.contains("traceId"))
                .as("both layouts print faults, and JSON their causes")
                .satisfiesOnlyOnce(line -> assertThat(line).startsWith("{").contains("a fault", "its cause"))
                .satisfiesOnlyOnce(
                        line -> assertThat(line).doesNotStartWith("{").contains("a fault"));
        assertThat(logged).noneMatch(line -> line.contains(mark) || line.contains("c".repeat(16)));
    }

    @Test
    void tellsAProducerWhatBecameOfItsEventsAndNobodyElse() throws Exception {
        Http.Answer posted = Http.send(
                webshop,
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .header("Idempotency-Key", "order/7+b")
                        .header("traceparent", "00-19840101198401011984010119840101-1984010119840101-01")
                        .build());
        String event = header(running.producer.history().get(0), Headers.CE_ID);
        String address = "/v1/events/order%2F7%2Bb";

        Http.Answer accepted = Http.send(webshop, ask(address));
        running.gateway
                .known()
                .learn(
                        ("{\"type\":\"io.sluice.audit.record\",\"id\":\"events.ingress/1/0/0\",\"event\":\"" + event
                                        + "\",\"recipients\":[{\"id\":\"research\",\"disposition\":\"release\"}],"
                                        + "\"outcome\":{\"code\":\"decided\"}}")
                                .getBytes(UTF_8),
                        Instant.EPOCH);
        Http.Answer decided = Http.send(webshop, ask(address + "?source=urn%3Asluice%3Aproducer%3Awebshop"));
        Http.Answer others = Http.send(
                TestGateway.client(DevIdentity.ST_ELSEWHERE),
                ask(address + "?source=urn%3Asluice%3Aproducer%3Awebshop"));

        assertThat(posted.raw().headers().firstValue("traceresponse").orElseThrow())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
                .doesNotContain("1984010119840101");
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.json().toString())
                .isEqualTo("{\"id\":\"order/7+b\",\"status\":\"accepted\",\"position\":"
                        + posted.json().path("position") + "}");
        assertThat(decided.json().path("status").asText()).isEqualTo("decided");
        assertThat(decided.json().at("/recipients/0/recipient").asText()).isEqualTo("research");
        assertThat(others.status()).isEqualTo(404);
        assertThat(others.code()).isEqualTo("event-unknown");
        assertThat(others.json().path("detail").asText()).contains("latest 10000 events");
        assertThat(Http.send(webshop, ask("/v1/events/%ff")).code()).isEqualTo("not-found");
        assertThat(Http.send(webshop, ask(address + "?dataset=orders")).code()).isEqualTo("not-found");
        Http.Answer post = Http.send(
                webshop, running.event(address, "application/json", new byte[0]).build());
        assertThat(post.code()).isEqualTo("method-not-allowed");
        assertThat(post.raw().headers().firstValue("allow")).contains("GET, HEAD");
    }

    @ParameterizedTest // RFC 9110 section 9.3.2
    @EnumSource
    void answersHeadAsGetWithoutTheBody(HttpClient.Version version) throws Exception {
        HttpClient client = Http.client(TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP), version);
        Http.send(
                client,
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .header("Idempotency-Key", "head-" + version)
                        .build());
        HttpRequest get = ask("/v1/events/head-" + version);
        HttpRequest head = Http.post(running.gateway.dataPort(), "/v1/events/head-" + version)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();

        for (int i = 0; i < 2; i++) {
            Http.Answer whole = Http.send(client, get);
            Http.Answer without = Http.send(client, head);
            assertThat(without.status()).isEqualTo(200);
            assertThat(without.raw().body()).isEmpty();
            for (String name : List.of("content-length", "content-type", "cache-control")) {
                assertThat(without.raw().headers().firstValue(name))
                        .as(name)
                        .isPresent()
                        .isEqualTo(whole.raw().headers().firstValue(name));
            }
        }
    }

    private static HttpRequest ask(String address) {
        return Http.post(running.gateway.dataPort(), address).GET().build();
    }

    @Test // promises P2, P3, P9
    void writesNothingInClearAndBindsTheTags() throws Exception {
        Http.send(
                webshop,
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .header("Idempotency-Key", "order-in-clear")
                        .build());

        ProducerRecord<byte[], byte[]> record = running.producer.history().get(0);
        assertThat(everything(record)).doesNotContain("c-4711", "Zaphod", "order-in-clear", "cust:");
        assertThat(header(record, Headers.CE_PRODUCER)).isEqualTo("webshop");
        assertThat(header(record, Headers.CE_PURPOSE)).isEqualTo("fulfilment");
        assertThat(header(record, Headers.CE_SUBJECTREGION)).isEqualTo("EEA");
        assertThat(header(record, Headers.CE_ACTIVATION)).isEqualTo("7");
        assertThat(header(record, Headers.CE_ATTRIBUTES)).isEqualTo("{\"channel\":\"web\"}");
        assertThat(new String(record.key(), UTF_8))
                .isEqualTo(running.keys
                        .subjectReferences()
                        .of("shop-eu", "customer", "c-4711")
                        .value());
        assertThat(open(record, "")).isInstanceOf(Opened.Open.class);
        for (org.apache.kafka.common.header.Header tag : record.headers()) {
            assertThat(open(record, tag.key())).as(tag.key()).isInstanceOf(Opened.Refused.class);
        }
    }

    @Test
    void keepsTheBytesOfTheDataOfAStructuredEvent() throws Exception {
        String data = "{\"customer\" :{\"id\":\"c-1\"}, \"total\": 10}";
        String event = "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"order\",\"data\": "
                + data + ",\"tenantcode\":\"x\",\"time\":\"2026-11-23T10:00:00Z\"}";

        Http.Answer answer = Http.send(
                webshop,
                running.event(ORDERS, "application/cloudevents+json", event.getBytes(UTF_8))
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        Opened.Open opened = (Opened.Open) open(running.producer.history().get(0), "");
        assertThat(new String(opened.event().data(), UTF_8)).isEqualTo(data);
        assertThat(opened.event().id()).isEqualTo("e-1");
        assertThat(opened.event().extensions()).containsEntry("tenantcode", "x");
    }

    @Test
    void takesBinaryCloudEventsOverHttp2() throws Exception {
        HttpClient http2 = Http.client(
                TestGateway.pki(), TestGateway.pki().identity(DevIdentity.WEBSHOP), HttpClient.Version.HTTP_2);
        Http.Answer answer = Http.send(
                http2,
                running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                        .header("ce-specversion", "1.0")
                        .header("ce-id", "caf%C3%A9")
                        .header("ce-source", "/shop")
                        .header("ce-type", "order")
                        .build());

        assertThat(answer.raw().version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("id").asText()).isEqualTo("caf\u00e9");
    }

    @Test
    void picksTheDatasetOfAGroupByItsMember() throws Exception {
        String order = TestGateway.ORDER.replace("\"channel\"", "\"kind\":\"order\",\"channel\"");

        Http.Answer answer = Http.send(
                webshop,
                running.event("/v1/datasets/shop/events", "application/json", order.getBytes(UTF_8))
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("idMinted").asBoolean()).isTrue();
        assertThat(header(running.producer.history().get(0), Headers.CE_DATASET))
                .isEqualTo("orders");
    }

    @Test
    void answersARepeatWithTheFirstPositionAndRefusesOtherContent() throws Exception {
        HttpRequest first = running.event(ORDERS, "application/json", TestGateway.ORDER.getBytes(UTF_8))
                .header("Idempotency-Key", "repeat-1")
                .build();
        HttpRequest other = running.event(
                        ORDERS,
                        "application/json",
                        TestGateway.ORDER.replace("web", "app").getBytes(UTF_8))
                .header("Idempotency-Key", "repeat-1")
                .build();

        Http.Answer one = Http.send(webshop, first);
        Http.Answer two = Http.send(webshop, first);
        Http.Answer three = Http.send(webshop, other);

        assertThat(two.status()).isEqualTo(202);
        assertThat(two.json().path("position")).isEqualTo(one.json().path("position"));
        assertThat(two.json().path("repeated").asBoolean()).isTrue();
        assertThat(three.status()).isEqualTo(409);
        assertThat(three.code()).isEqualTo("id-reused");
        assertThat(running.producer.history()).hasSize(1);
    }

    @Test
    void putsAChoiceUnderItsSubjectsKey() throws Exception {
        String consent = """
                {"controller":"shop-eu","scheme":"customer","subject":"cust:c-4711","kind":"consent",
                "purposes":["newsletter"],"textVersion":"v3"}""";

        Http.Answer answer = Http.send(
                webshop,
                running.event("/v1/subjects/choices", "application/json", consent.getBytes(UTF_8))
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        ProducerRecord<byte[], byte[]> record = running.producer.history().get(0);
        assertThat(new String(record.key(), UTF_8))
                .isEqualTo(running.keys
                        .subjectReferences()
                        .of("shop-eu", "customer", "c-4711")
                        .value());
        assertThat(header(record, Headers.CE_DATASET)).isEqualTo("choices");
        Opened.Open opened = (Opened.Open) open(record, "");
        assertThat(opened.tags().isChoice()).isTrue();
        assertThat(opened.tags().attributes()).containsEntry("controller", "shop-eu");
        assertThat(new String(opened.event().data(), UTF_8))
                .isEqualTo("{\"kind\":\"consent\",\"purposes\":[\"newsletter\"],\"textVersion\":\"v3\"}");
    }

    @Test
    void anErasureIsAChoiceOfAllPurposes() throws Exception {
        String erasure =
                "{\"controller\":\"shop-eu\",\"scheme\":\"customer\",\"subject\":\"c-4711\",\"kind\":\"erasure\"}";

        Http.Answer answer = Http.send(
                webshop,
                running.event("/v1/subjects/choices", "application/json", erasure.getBytes(UTF_8))
                        .build());

        assertThat(answer.status()).isEqualTo(202);
        Opened.Open opened = (Opened.Open) open(running.producer.history().get(0), "");
        assertThat(opened.tags().isChoice()).isTrue();
        assertThat(new String(opened.event().data(), UTF_8)).isEqualTo("{\"kind\":\"erasure\",\"purposes\":[]}");
    }

    /** Opens a record, with one header's value changed where it has that name. */
    private static Opened open(ProducerRecord<byte[], byte[]> record, String altered) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> {
            byte[] value = header.value().clone();
            if (header.key().equals(altered)) {
                value[value.length - 1] ^= 1;
            }
            headers.add(new Header(header.key(), value));
        });
        return running.keys.opener(UnwrapLimits.DEFAULT).open(record.key(), headers, record.value());
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static String everything(ProducerRecord<byte[], byte[]> record) {
        StringBuilder all =
                new StringBuilder(new String(record.value(), UTF_8)).append(new String(record.key(), UTF_8));
        record.headers().forEach(header -> all.append(header.key()).append(new String(header.value(), UTF_8)));
        return all.toString();
    }
}
