package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.certs.DevIdentity;
import io.sluice.certs.FaultyIdentity;
import io.sluice.gateway.problem.ProblemCode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: each with its code, nothing written, nothing of the value echoed. */
class GatewayRefusesTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static final String CHOICES = "/v1/subjects/choices";
    private static final String SECRET = "zaphod4711secret";
    private static final String JSON = "application/json";
    private static final String CLOUDEVENT = "application/cloudevents+json";
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

    @AfterEach
    void nothingWasWritten() {
        assertThat(running.producer.history()).isEmpty();
    }

    static Stream<Arguments> badRequests() {
        String good = "{\"customer\":{\"id\":\"" + SECRET + "\"}}";
        String attributes = "\"specversion\":\"1.0\",\"id\":\"" + SECRET + "\",\"source\":\"s\",\"type\":\"t\"";
        String choice = "{\"controller\":\"shop-eu\",\"scheme\":\"customer\",\"subject\":\"" + SECRET + "\",";
        return Stream.of(
                arguments("/v1/datasets/nothing/events", JSON, good, ProblemCode.DATASET_UNKNOWN),
                arguments("/v1/datasets/" + SECRET + "!/events", JSON, good, ProblemCode.DATASET_UNKNOWN),
                arguments("/v1/datasets/other/events", JSON, good, ProblemCode.DATASET_NOT_GRANTED),
                arguments("/v1/datasets/shop/events", JSON, good, ProblemCode.DATASET_UNKNOWN),
                arguments("/v1/datasets/orders/../orders/events", JSON, good, ProblemCode.NOT_FOUND),
                arguments("/v1/datasets/%6frders/events", JSON, good, ProblemCode.NOT_FOUND),
                arguments(ORDERS + "?x=" + SECRET, JSON, good, ProblemCode.NOT_FOUND),
                arguments(ORDERS, "text/plain", good, ProblemCode.CONTENT_TYPE_UNSUPPORTED),
                arguments(ORDERS, "application/json; charset=latin1", good, ProblemCode.CONTENT_TYPE_UNSUPPORTED),
                arguments(ORDERS, JSON, "{\"customer\":" + SECRET, ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "", ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, good + good, ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "{\"" + SECRET + "\":1,\"" + SECRET + "\":2}", ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "{\"x\":NaN}", ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "{\"x\":1e400}", ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "{\"x\":1e99999999999}", ProblemCode.JSON_MALFORMED),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"data\":{\"x\":1e99999999999}}",
                        ProblemCode.JSON_MALFORMED),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"data_base64\":\"eyJ4IjoxZTk5OTk5OTk5OTk5fQ==\"}",
                        ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "[".repeat(1_000) + "]".repeat(1_000), ProblemCode.JSON_MALFORMED),
                arguments(ORDERS, JSON, "\ufeff" + good, ProblemCode.JSON_MALFORMED),
                arguments(
                        ORDERS,
                        JSON,
                        "{\"customer\":{\"id\":\"x\"},\"total\":\"" + SECRET + "\"}",
                        ProblemCode.SCHEMA_VIOLATED),
                arguments(ORDERS, JSON, "{\"" + SECRET + "\":1}", ProblemCode.SCHEMA_VIOLATED),
                arguments(
                        ORDERS,
                        JSON,
                        "{\"customer\":{\"id\":\"x\"},\"note\":\"" + "a".repeat(60) + "!\"}",
                        ProblemCode.SCHEMA_VIOLATED),
                arguments(ORDERS, JSON, "{\"customer\":{\"name\":\"" + SECRET + "\"}}", ProblemCode.SUBJECT_MISSING),
                arguments(ORDERS, JSON, "{\"customer\":{\"id\":null}}", ProblemCode.SUBJECT_MISSING),
                arguments(ORDERS, JSON, "{\"customer\":{\"id\":\"cust:\"}}", ProblemCode.SUBJECT_MISSING),
                arguments(ORDERS, JSON, "{\"customer\":{\"id\":{}}}", ProblemCode.SUBJECT_INVALID),
                arguments(
                        ORDERS,
                        JSON,
                        "{\"customer\":{\"id\":\"" + "x".repeat(513) + "\"}}",
                        ProblemCode.SUBJECT_INVALID),
                arguments(ORDERS, CLOUDEVENT, "[]", ProblemCode.CLOUDEVENT_INVALID),
                arguments(ORDERS, CLOUDEVENT, "{" + attributes + "}", ProblemCode.CLOUDEVENT_INVALID),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"data\":" + good + ",\"data_base64\":\"e30=\"}",
                        ProblemCode.CLOUDEVENT_INVALID),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes.replace("1.0", "0.3") + ",\"data\":" + good + "}",
                        ProblemCode.CLOUDEVENT_INVALID),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"time\":\"" + SECRET + "\",\"data\":" + good + "}",
                        ProblemCode.CLOUDEVENT_INVALID),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"Bad_" + SECRET + "\":\"x\",\"data\":" + good + "}",
                        ProblemCode.CLOUDEVENT_INVALID),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"data_base64\":\"eyJ4IjpOYU59\"}",
                        ProblemCode.JSON_MALFORMED),
                arguments(
                        ORDERS,
                        CLOUDEVENT,
                        "{" + attributes + ",\"datacontenttype\":\"text/xml\",\"data\":" + good + "}",
                        ProblemCode.CONTENT_TYPE_UNSUPPORTED),
                arguments(
                        CHOICES,
                        JSON,
                        choice + "\"kind\":\"" + SECRET + "\",\"purposes\":[]}",
                        ProblemCode.CHOICE_INVALID),
                arguments(CHOICES, JSON, choice + "\"kind\":\"consent\",\"purposes\":[]}", ProblemCode.CHOICE_INVALID),
                arguments(
                        CHOICES,
                        JSON,
                        choice + "\"kind\":\"objection\",\"purpose\":[\"newsletter\"]}",
                        ProblemCode.CHOICE_INVALID),
                arguments(
                        CHOICES,
                        JSON,
                        choice + "\"kind\":\"objection\",\"purposes\":[\"nope\"]}",
                        ProblemCode.CHOICE_INVALID),
                arguments(
                        CHOICES,
                        JSON,
                        choice.replace("\"customer\"", "\"patient\"") + "\"kind\":\"objection\"}",
                        ProblemCode.CHOICE_INVALID),
                arguments(
                        CHOICES,
                        JSON,
                        choice.replace("shop-eu", "hospital") + "\"kind\":\"objection\"}",
                        ProblemCode.CHOICES_NOT_GRANTED),
                arguments(
                        CHOICES,
                        JSON,
                        choice + "\"kind\":\"erasure\",\"purposes\":[\"newsletter\"]}",
                        ProblemCode.CHOICE_INVALID));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void refusesBadInput(String path, String type, String body, ProblemCode code) throws Exception {
        double before = running.gateway.metrics().refusedCount(code);

        Http.Answer answer = Http.send(
                webshop, running.event(path, type, body.getBytes(UTF_8)).build());

        assertRefused(answer, code);
        assertThat(running.gateway.metrics().refusedCount(code)).isEqualTo(before + 1);
    }

    @Test
    void refusesHeadersThatStandTwiceOrAreNotValid() throws Exception {
        byte[] good = TestGateway.ORDER.getBytes(UTF_8);
        HttpRequest.Builder twice =
                running.event(ORDERS, JSON, good).header("ce-id", "a").header("ce-id", SECRET);
        HttpRequest.Builder key = running.event(ORDERS, JSON, good).header("Idempotency-Key", "a b" + SECRET);
        HttpRequest.Builder encoded = running.event(ORDERS, JSON, good).header("ce-id", "%zz" + SECRET);
        HttpRequest.Builder zipped = running.event(ORDERS, JSON, good).header("Content-Encoding", "gzip");
        HttpRequest.Builder purpose = running.event(ORDERS, JSON, good).header("Sluice-Purpose", SECRET);

        assertRefused(Http.send(webshop, twice.build()), ProblemCode.HEADER_INVALID);
        assertRefused(Http.send(webshop, key.build()), ProblemCode.HEADER_INVALID);
        assertRefused(Http.send(webshop, encoded.build()), ProblemCode.CLOUDEVENT_INVALID);
        assertRefused(Http.send(webshop, zipped.build()), ProblemCode.CONTENT_ENCODING_UNSUPPORTED);
        assertRefused(Http.send(webshop, purpose.build()), ProblemCode.PURPOSE_NOT_GRANTED);
        assertRefused(
                Http.send(
                        webshop,
                        Http.post(running.gateway.dataPort(), ORDERS).GET().build()),
                ProblemCode.METHOD_NOT_ALLOWED);
    }

    @Test
    void asksForThePurposeWhereThereAreSeveral() throws Exception {
        HttpClient hospital = TestGateway.client(DevIdentity.ST_ELSEWHERE);
        HttpRequest request = running.event("/v1/datasets/other/events", JSON, "{}".getBytes(UTF_8))
                .build();

        assertRefused(Http.send(hospital, request), ProblemCode.PURPOSE_REQUIRED);
    }

    @ParameterizedTest
    @ValueSource(ints = {(1 << 20) + 1, 10_000_000})
    void refusesALargeBodyAndKeepsTheConnection(int bytes) throws Exception {
        HttpRequest request = running.event(ORDERS, JSON, new byte[bytes]).build();

        assertRefused(Http.send(webshop, request), ProblemCode.BODY_TOO_LARGE);
    }

    @Test
    void refusesALargeBodyOfUndeclaredLength() throws Exception {
        HttpRequest request = Http.post(running.gateway.dataPort(), ORDERS)
                .header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[3_000_000])))
                .build();

        assertRefused(Http.send(webshop, request), ProblemCode.BODY_TOO_LARGE);
    }

    @Test
    void refusesIdentitiesThatNobodyRegistered() throws Exception {
        HttpRequest request =
                running.event(ORDERS, JSON, TestGateway.ORDER.getBytes(UTF_8)).build();
        HttpClient nameless = Http.client(
                TestGateway.pki(), TestGateway.pki().faulty(FaultyIdentity.NO_SAN), HttpClient.Version.HTTP_1_1);

        for (HttpClient client :
                List.of(TestGateway.client(DevIdentity.LAB), TestGateway.client(DevIdentity.GATEWAY), nameless)) {
            assertRefused(Http.send(client, request), ProblemCode.PRODUCER_UNKNOWN);
        }
    }

    private static void assertRefused(Http.Answer answer, ProblemCode code) {
        assertThat(answer.code()).as(answer.json().toString()).isEqualTo(code.code());
        assertThat(answer.status()).isEqualTo(code.status());
        assertThat(answer.raw().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.json().path("type").asText()).isEqualTo(code.type());
        assertThat(answer.json().path("status").asInt()).isEqualTo(code.status());
        assertThat(answer.json().path("title").asText()).isNotEmpty();
        assertThat(answer.json().path("detail").asText()).endsWith(".");
        assertThat(answer.json().path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(answer.json().toString()).doesNotContain(SECRET).doesNotContain("aaaaaaa");
        assertThat(answer.raw().headers().firstValue("retry-after").isPresent()).isEqualTo(code.retry());
    }
}
