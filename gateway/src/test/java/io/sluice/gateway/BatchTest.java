package io.sluice.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.certs.DevIdentity;
import io.sluice.core.event.Headers;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.protection.seal.Header;
import io.sluice.protection.seal.Opened;
import io.sluice.protection.seal.UnwrapLimits;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches in every form: what is taken, what is refused, event by event and as a whole. */
@Timeout(60)
class BatchTest {
    private static final String ORDERS = "/v1/datasets/orders/events";
    private static final String GROUP = "/v1/datasets/shop/events";
    private static final String LINES = "application/x-ndjson";
    private static final String CLOUDEVENTS = "application/cloudevents-batch+json";
    private static final String FHIR = "application/fhir+json";
    private static final String SECRET = "zaphod4711secret";
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
    void takesLinesInTheirOrder() throws Exception {
        Http.Answer answer = lines("all", order("a") + "\n" + order("b") + "\n" + order("c") + "\n");

        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
        assertThat(answer.json().at("/counts/accepted").asInt()).isEqualTo(3);
        assertThat(answer.json().at("/counts/refused").asInt()).isZero();
        assertThat(summary(answer)).containsExactly("1 accepted", "2 accepted", "3 accepted");
        assertThat(answer.json().at("/events/2/id").asText()).isEqualTo("all/3");
        assertThat(answer.json().at("/events/2/position").asText()).startsWith("events.ingress/1/0/");
        assertThat(payloads()).containsExactly(order("a"), order("b"), order("c"));
    }

    @Test
    void countsBlankLinesAndTakesCarriageReturnsAndAMissingLastLineFeed() throws Exception {
        Http.Answer answer = lines("blank", "\n" + order("a") + "\r\n\r\n  \t\n" + order("b"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(summary(answer)).containsExactly("2 accepted", "5 accepted");
        assertThat(payloads()).containsExactly(order("a"), order("b"));
    }

    @Test
    void refusesABrokenLineAlone() throws Exception {
        String invalidText = "{\"customer\":{\"id\":\"" + SECRET + "\"},\"x\":\"\u00ff\u00fe\"}";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes((order("a") + "\n{\"customer\":" + SECRET + "\n").getBytes(UTF_8));
        body.writeBytes(invalidText.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)); // no UTF-8
        body.writeBytes(("\n{\"customer\":{\"id\":\"x\"},\"total\":\"" + SECRET + "\"}\n" + order("b") + "\n"
                        + "{\"customer\":{\"id\":\"x\",\"id\":\"" + SECRET + "\"}}\n"
                        + order("c").repeat(2) + "\n")
                .getBytes(UTF_8));

        Http.Answer answer = send(ORDERS, LINES, "broken", body.toByteArray());

        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.raw().headers().firstValue("content-type")).contains("application/json");
        assertThat(summary(answer))
                .containsExactly(
                        "1 accepted",
                        "2 json-malformed",
                        "3 json-malformed",
                        "4 schema-violated",
                        "5 accepted",
                        "6 json-malformed",
                        "7 json-malformed");
        assertThat(answer.json().at("/events/3/problem/pointer").asText()).isEqualTo("/total");
        assertThat(answer.json().at("/events/3/problem/type").asText()).isEqualTo("urn:sluice:problem:schema-violated");
        assertThat(answer.json().path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(answer.json().toString()).doesNotContain(SECRET);
        assertThat(payloads()).containsExactly(order("a"), order("b"));
    }

    @Test
    void refusesALargeEventInTheMiddleAlone() throws Exception {
        String large = order("x".repeat(1 << 20));

        Http.Answer lines = lines("large", order("a") + "\n" + large + "\n" + order("b"));
        Http.Answer events = send(
                ORDERS,
                CLOUDEVENTS,
                null,
                ("[" + event("l-1", order("a")) + "," + event("l-2", large) + "," + event("l-3", order("b")) + "]")
                        .getBytes(UTF_8));

        assertThat(lines.status()).isEqualTo(207);
        assertThat(summary(lines)).containsExactly("1 accepted", "2 event-too-large", "3 accepted");
        assertThat(events.status()).isEqualTo(207);
        assertThat(summary(events)).containsExactly("0 accepted", "1 event-too-large", "2 accepted");
    }

    /** The pattern of FHIR's codes, for which java.util.regex recurses once for each word. */
    @Test
    void refusesAValueThatTakesItsPatternTooDeepAndHoldsNothing() throws Exception {
        String deep = "{\"customer\":{\"id\":\"cust:c-4711\"},\"code\":\"a" + " a".repeat(50_000) + "\"}";

        Http.Answer single = send(ORDERS, "application/json", "deep", deep.getBytes(UTF_8));
        Http.Answer batch = lines("deep-lines", order("a") + "\n" + deep + "\n" + order("b"));

        assertRefused(single, ProblemCode.SCHEMA_VIOLATED);
        assertThat(batch.status()).isEqualTo(207);
        assertThat(summary(batch)).containsExactly("1 accepted", "2 schema-violated", "3 accepted");
        Awaitility.await()
                .until(() -> running.gateway.metrics().scrape().contains("sluice_gateway_bytes_in_flight 0.0"));
    }

    @Test
    void takesAnEventOfTheLargestSize() throws Exception {
        int padding = (1 << 20) - order("").length();
        String largest = order("x".repeat(padding));

        assertThat(lines("largest", order("a") + "\r\n" + largest + "\r\n").status())
                .isEqualTo(202);
        assertThat(lines("larger", largest + " \r\n").code()).isEqualTo("event-too-large");
    }

    @Test
    void takesACloudEventsBatch() throws Exception {
        String odd = "{\"customer\" :{\"id\":\"c-1\"}, \"total\": 10}";
        String body = " [" + event("b-1", order("a")) + " , " + event("b-2", odd) + ",{\"id\":\"" + SECRET + "\"},7]";

        Http.Answer answer = send(ORDERS, CLOUDEVENTS + "; charset=utf-8", null, body.getBytes(UTF_8));

        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(207);
        assertThat(summary(answer))
                .containsExactly("0 accepted", "1 accepted", "2 cloudevent-invalid", "3 cloudevent-invalid");
        assertThat(answer.json().at("/events/1/id").asText()).isEqualTo("b-2");
        assertThat(payloads()).containsExactly(order("a"), odd);
    }

    @Test
    void takesEachResourceOfABundle() throws Exception {
        String first = "{ \"resourceType\":\"Order\", \"id\":\"o-1\",\"customer\":{\"id\":\"c-1\"}}";
        String second =
                "{\"customer\":{\"id\":\"c-1\"},\"id\":\"o-2\",\"meta\":{\"versionId\":\"3\"},\"resourceType\":\"Order\"}";
        String third = "{\"resourceType\":\"Order\",\"id\":\"o-3\",\"customer\":{\"id\":\"c-1\"}}";
        String fourth = "{\"resourceType\":\"Order\",\"customer\":{\"id\":\"c-1\"}}";
        String body = "{\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"urn:uuid:o-1\",\"resource\":" + first
                + ",\"request\":{\"method\":\"POST\",\"url\":\"Order\"}},{\"resource\":" + second
                + "},{\"fullUrl\":\"https://fhir.example/Order/o-3\",\"resource\":" + third + "},{\"resource\":"
                + fourth
                + "}],\"resourceType\":\"Bundle\"}";

        Http.Answer answer = send(ORDERS, FHIR, "bundle", body.getBytes(UTF_8));

        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(202);
        assertThat(ids(answer))
                .containsExactly("o-1", "Order/o-2/_history/3", "https://fhir.example/Order/o-3", "bundle/3");
        assertThat(payloads()).containsExactly(first, second, third, fourth);
        assertThat(open(running.producer.history().get(0)).event().contentType())
                .isEqualTo(FHIR);
    }

    @Test
    void refusesABrokenEntryOfABundleAlone() throws Exception {
        String good = "{\"resourceType\":\"Order\",\"id\":\"o-9\",\"customer\":{\"id\":\"c-1\"}}";
        String twice = "{\"resourceType\":\"Order\",\"customer\":{\"id\":\"" + SECRET + "\",\"id\":\"x\"}}";
        String deep = "{\"resourceType\":\"Order\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}";
        String body = "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" + twice
                + "},{\"fullUrl\":\"urn:uuid:" + SECRET + "\",\"resource\":" + good + "},{\"resource\":" + good
                + "},{\"request\":{\"method\":\"DELETE\"}},7,{\"resource\":" + deep + "},{\"resource\":" + good
                + ",\"resource\":" + good + "},{\"fullUrl\":\"https://x.example/Order/" + SECRET
                + "\",\"resource\":" + good + "},{\"resource\":[" + good + "]}]}";

        Http.Answer answer = send(ORDERS, FHIR, null, body.getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(207);
        assertThat(summary(answer))
                .containsExactly(
                        "0 json-malformed",
                        "1 bundle-entry-invalid",
                        "2 accepted",
                        "3 bundle-entry-invalid",
                        "4 bundle-entry-invalid",
                        "5 json-malformed",
                        "6 bundle-entry-invalid",
                        "7 bundle-entry-invalid",
                        "8 bundle-entry-invalid");
        assertThat(answer.json().at("/events/1/problem/pointer").asText()).isEqualTo("/entry/1/fullUrl");
        assertThat(answer.json().toString()).doesNotContain(SECRET);
    }

    @Test
    void picksTheDatasetOfEachEventByItsMember() throws Exception {
        String known = order("a").replace("{\"customer\"", "{\"kind\":\"order\",\"customer\"");
        String unknown = known.replace("\"order\"", "\"" + SECRET + "\"");
        String notGranted = known.replace("\"order\"", "\"other\"");

        Http.Answer lines = send(
                GROUP, LINES, "g", String.join("\n", known, unknown, notGranted).getBytes(UTF_8));
        Http.Answer events = send(
                GROUP,
                CLOUDEVENTS,
                null,
                ("[" + event("g-1", known) + "," + event("g-2", unknown) + "]").getBytes(UTF_8));
        Http.Answer bundle = send(
                GROUP,
                FHIR,
                null,
                ("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" + known + "},{\"resource\":" + unknown
                                + "}]}")
                        .getBytes(UTF_8));

        assertThat(summary(lines)).containsExactly("1 accepted", "2 dataset-unknown", "3 dataset-not-granted");
        assertThat(lines.json().at("/events/1/problem/pointer").asText()).isEqualTo("/kind");
        assertThat(summary(events)).containsExactly("0 accepted", "1 dataset-unknown");
        assertThat(summary(bundle)).containsExactly("0 accepted", "1 dataset-unknown");
        assertThat(lines.json().toString() + events.json() + bundle.json()).doesNotContain(SECRET);
        assertThat(running.producer.history())
                .allSatisfy(record -> assertThat(new String(
                                record.headers().lastHeader(Headers.CE_DATASET).value(), UTF_8))
                        .isEqualTo("orders"));
    }

    @Test
    void answersADuplicateAsBeforeAndRefusesAnIdWithOtherContent() throws Exception {
        String body = "[" + event("d-1", order("a")) + "," + event("d-1", order("a")) + "," + event("d-1", order("b"))
                + "," + event("d-2", order("b")) + "]";

        Http.Answer answer = send(ORDERS, CLOUDEVENTS, null, body.getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(207);
        assertThat(summary(answer)).containsExactly("0 accepted", "1 accepted", "2 id-reused", "3 accepted");
        assertThat(answer.json().at("/events/1/repeated").asBoolean()).isTrue();
        assertThat(answer.json().at("/events/1/position"))
                .isEqualTo(answer.json().at("/events/0/position"));
        assertThat(payloads()).containsExactly(order("a"), order("b"));
    }

    @Test
    void answersARepeatedBatchWithTheFirstPositions() throws Exception {
        String body = order("a") + "\n" + order("b") + "\n";

        Http.Answer first = lines("again", body);
        Http.Answer second = lines("again", body);
        Http.Answer minted = send(ORDERS, LINES, null, body.getBytes(UTF_8));

        assertThat(second.status()).isEqualTo(202);
        assertThat(positions(second)).isEqualTo(positions(first));
        assertThat(running.producer.history()).hasSize(4);
        assertThat(minted.json().at("/events/0/idMinted").asBoolean()).isTrue();
    }

    @Test
    void answersAnEmptyBatchAsTaken() throws Exception {
        for (Http.Answer answer : List.of(
                lines("empty", ""),
                lines("empty", "\n\r\n"),
                send(ORDERS, CLOUDEVENTS, null, "[]".getBytes(UTF_8)),
                send(ORDERS, FHIR, null, "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}".getBytes(UTF_8)))) {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().at("/counts/accepted").asInt(-1)).isZero();
            assertThat(answer.json().path("events").isEmpty()).isTrue();
        }
    }

    @Test
    void answersWithTheEventsOwnProblemWhereAllAreRefusedAlike() throws Exception {
        Http.Answer one = lines("one", "{\"customer\":{}}");
        Http.Answer alike = lines("alike", "{\"customer\":{}}\n{\"customer\":{\"id\":\"\"}}");
        Http.Answer mixed = lines("mixed", "{\"customer\":{}}\n" + SECRET);

        assertRefused(one, ProblemCode.SUBJECT_MISSING);
        assertThat(one.json().path("pointer").asText()).isEqualTo("/customer/id");
        assertRefused(alike, ProblemCode.SUBJECT_MISSING);
        assertThat(summary(alike)).containsExactly("1 subject-missing", "2 subject-missing");
        assertRefused(mixed, ProblemCode.BATCH_REFUSED);
        assertThat(summary(mixed)).containsExactly("1 subject-missing", "2 json-malformed");
        assertThat(running.producer.history()).isEmpty();
    }

    static Stream<Arguments> malformed() {
        String good = "{\"resourceType\":\"Order\",\"id\":\"o-1\",\"customer\":{\"id\":\"" + SECRET + "\"}}";
        String bundle = "{\"resourceType\":\"Bundle\",\"entry\":";
        return Stream.of(
                arguments(CLOUDEVENTS, "{}", ProblemCode.BATCH_MALFORMED),
                arguments(CLOUDEVENTS, "", ProblemCode.BATCH_MALFORMED),
                arguments(CLOUDEVENTS, "[" + event("m-1", good), ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS, "[" + event("m-1", good) + "]]", ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS, "[" + event("m-1", good) + "," + SECRET + "]", ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS, "\ufeff[]", ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS, "[\u0000]", ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS, "[".repeat(100_000), ProblemCode.JSON_MALFORMED),
                arguments(CLOUDEVENTS + "; charset=latin1", "[]", ProblemCode.CONTENT_TYPE_UNSUPPORTED),
                arguments(LINES + "; charset=latin1", good, ProblemCode.CONTENT_TYPE_UNSUPPORTED),
                arguments(FHIR, bundle + "{}}", ProblemCode.BATCH_MALFORMED),
                arguments(FHIR, bundle + "[],\"entry\":[{\"resource\":" + good + "}]}", ProblemCode.BATCH_MALFORMED),
                arguments(FHIR, bundle + "[{\"resource\":" + good + "}", ProblemCode.JSON_MALFORMED),
                arguments(FHIR, bundle + "[{\"resource\":" + good + "," + SECRET + "}]}", ProblemCode.JSON_MALFORMED),
                arguments(FHIR, bundle + "[]}{}", ProblemCode.JSON_MALFORMED));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesABatchWhoseFrameIsBrokenAndTakesNothingOfIt(String type, String body, ProblemCode code)
            throws Exception {
        assertRefused(send(ORDERS, type, null, body.getBytes(UTF_8)), code);
        assertThat(running.producer.history()).isEmpty();
    }

    @Test
    void refusesABatchWhoseSenderMayNotSendBeforeReadingIt() throws Exception {
        HttpClient stranger = TestGateway.client(DevIdentity.LAB);
        HttpRequest request = running.event(
                        ORDERS, LINES, (order("a") + "\n").repeat(1_000).getBytes(UTF_8))
                .build();

        assertRefused(Http.send(stranger, request), ProblemCode.PRODUCER_UNKNOWN);
        assertRefused(lines("k".repeat(250), order("a")), ProblemCode.HEADER_INVALID);
        assertRefused(
                Http.send(
                        webshop,
                        running.event("/v1/subjects/choices", LINES, "{}".getBytes(UTF_8))
                                .build()),
                ProblemCode.CONTENT_TYPE_UNSUPPORTED);
        assertRefused(
                Http.send(
                        webshop,
                        running.event(ORDERS, LINES, order("a").getBytes(UTF_8))
                                .header("ce-id", "x")
                                .build()),
                ProblemCode.CONTENT_TYPE_UNSUPPORTED);
    }

    @Test
    void holdsABatchToItsProducersQuotaAndDoesNotTryWhatFollows() throws Exception {
        try (TestGateway limited = new TestGateway()) {
            limited.policy.inForce = TestPolicy.activation(7, 3);
            String body = String.join(
                    "\n", IntStream.range(0, 6).mapToObj(i -> order("q" + i)).toList());

            Http.Answer answer = Http.send(
                    webshop, limited.event(ORDERS, LINES, body.getBytes(UTF_8)).build());

            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.raw().headers().firstValue("retry-after")).contains("1");
            assertThat(summary(answer))
                    .containsExactly(
                            "1 accepted",
                            "2 accepted",
                            "3 accepted",
                            "4 quota-exceeded",
                            "5 quota-exceeded",
                            "6 quota-exceeded");
        }
    }

    private static Http.Answer lines(String key, String body) throws Exception {
        return send(ORDERS, LINES, key, body.getBytes(UTF_8));
    }

    private static Http.Answer send(
            String path, String type, @org.jspecify.annotations.Nullable String key, byte[] body) throws Exception {
        HttpRequest.Builder request = running.event(path, type, body);
        return Http.send(webshop, (key == null ? request : request.header("Idempotency-Key", key)).build());
    }

    static String order(String note) {
        return "{\"customer\":{\"id\":\"cust:c-4711\"},\"channel\":\"web\",\"text\":\"" + note + "\"}";
    }

    static String event(String id, String data) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/shop\",\"type\":\"order\",\"data\":" + data
                + "}";
    }

    /** Each event's number and what became of it. */
    static List<String> summary(Http.Answer answer) {
        List<String> events = new ArrayList<>();
        for (JsonNode event : answer.json().path("events")) {
            String number = event.has("line")
                    ? event.path("line").asText()
                    : event.path("index").asText();
            events.add(number + " "
                    + (event.path("status").asText().equals("accepted")
                            ? "accepted"
                            : event.at("/problem/code").asText()));
        }
        return events;
    }

    private static List<String> ids(Http.Answer answer) {
        return answer.json().path("events").findValuesAsText("id");
    }

    private static List<String> positions(Http.Answer answer) {
        return answer.json().path("events").findValuesAsText("position");
    }

    private static List<String> payloads() {
        return running.producer.history().stream()
                .map(record -> new String(open(record).event().data(), UTF_8))
                .toList();
    }

    private static Opened.Open open(ProducerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        return (Opened.Open) running.keys.opener(UnwrapLimits.DEFAULT).open(record.key(), headers, record.value());
    }

    private static void assertRefused(Http.Answer answer, ProblemCode code) {
        assertThat(answer.code()).as(answer.json().toString()).isEqualTo(code.code());
        assertThat(answer.status()).isEqualTo(code.status());
        assertThat(answer.raw().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.json().path("detail").asText()).endsWith(".");
        assertThat(answer.json().path("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(answer.json().toString()).doesNotContain(SECRET);
    }
}
