package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.certs.DevIdentity;
import io.sluice.core.event.Headers;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.UnwrapLimits;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
