package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.gateway.problem.ProblemCode;
import io.sluice.serving.operate.OpenApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The description and the specification say what the code does. */
class OpenapiTest {
    private static final String STATUS = """
            200
            400 http-malformed header-invalid
            403 certificate-invalid producer-unknown
            404 not-found event-unknown
            405 method-not-allowed
            413 body-too-large
            414 uri-too-long
            429 quota-exceeded
            431 headers-too-large
            500 internal
            503 back-pressure policy-unavailable kafka-unavailable
            """;

    /** By operation: a line for each status that it may have, and the problems that have it. */
    private static final Map<String, String> CODES = Map.of(
            "post /v1/datasets/{dataset}/events",
            """
                    202
                    207
                    400 http-malformed header-invalid json-malformed cloudevent-invalid batch-malformed content-encoding-malformed
                    403 certificate-invalid producer-unknown dataset-not-granted purpose-not-granted denied
                    404 not-found dataset-unknown
                    405 method-not-allowed
                    408 request-timeout
                    409 id-reused
                    413 body-too-large event-too-large batch-too-large compression-ratio
                    414 uri-too-long
                    415 content-type-unsupported content-encoding-unsupported
                    422 schema-violated subject-missing subject-invalid purpose-required bundle-entry-invalid batch-refused
                    429 quota-exceeded
                    431 headers-too-large
                    500 internal
                    503 back-pressure policy-unavailable seal-unavailable kafka-unavailable
                    """,
            "post /v1/subjects/choices",
            """
                    202
                    400 http-malformed header-invalid json-malformed content-encoding-malformed
                    403 certificate-invalid producer-unknown choices-not-granted denied
                    404 not-found
                    405 method-not-allowed
                    408 request-timeout
                    409 id-reused
                    413 body-too-large compression-ratio
                    414 uri-too-long
                    415 content-type-unsupported content-encoding-unsupported
                    422 choice-invalid
                    429 quota-exceeded
                    431 headers-too-large
                    500 internal
                    503 back-pressure policy-unavailable seal-unavailable kafka-unavailable
                    """,
            "get /v1/events/{id}",
            STATUS,
            "head /v1/events/{id}",
            STATUS);

    @Test
    void describesEveryRouteAndCode() throws Exception {
        JsonNode api = read();
        List<String> paths = new ArrayList<>();
        api.path("paths").fieldNames().forEachRemaining(paths::add);
        List<String> codes = new ArrayList<>();
        api.at("/components/schemas/Problem/properties/code/enum").forEach(code -> codes.add(code.asText()));

        assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(paths)
                .containsExactlyInAnyOrder("/v1/datasets/{dataset}/events", "/v1/subjects/choices", "/v1/events/{id}");
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ProblemCode.values()).map(ProblemCode::code).toList());
        assertThat(CODES.values().stream().flatMap(rows -> rows.lines().flatMap(OpenapiTest::codes)))
                .as("each is one of some operation")
                .containsAll(codes);
    }

    @Test
    void describesExactlyTheAnswersOfEachOperation() throws Exception {
        Map<String, String> described = new TreeMap<>();
        JsonNode paths = read().path("paths");
        paths.fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    if (operation.getValue().has("responses")) {
                        described.put(
                                operation.getKey() + " " + path.getKey(),
                                answers(operation.getValue().path("responses")));
                    }
                }));

        assertThat(described).containsExactlyInAnyOrderEntriesOf(CODES);
    }

    /** A line for each status, with the codes that its description quotes. */
    private static String answers(JsonNode responses) {
        Map<String, String> lines = new TreeMap<>();
        responses.fields().forEachRemaining(response -> {
            String description = response.getValue().path("description").asText();
            String codes = response.getKey().startsWith("2")
                    ? ""
                    : " " + description.replace("`", "").replace(",", "");
            lines.put(response.getKey(), response.getKey() + codes + "\n");
        });
        return String.join("", lines.values());
    }

    private static Stream<String> codes(String line) {
        return Stream.of(line.split(" ")).skip(1);
    }

    @Test
    void namesTheCodingsOfEveryBody() throws Exception {
        for (JsonNode path : read().path("paths")) {
            JsonNode post = path.path("post");
            for (JsonNode parameter : post.path("parameters")) {
                if (parameter.path("name").asText().equals("Content-Encoding")) {
                    assertThat(parameter.at("/schema/enum").toString()).isEqualTo("[\"identity\",\"gzip\",\"x-gzip\"]");
                }
            }
            assertThat(post.isMissingNode() || post.findValuesAsText("name").contains("Content-Encoding"))
                    .isTrue();
        }
    }

    @Test
    void isSpecifiedCodeByCode() throws Exception {
        String spec = Files.readString(Path.of(System.getProperty("sluice.home"), "docs", "specs", "ingest-api.md"));

        for (ProblemCode code : ProblemCode.values()) {
            assertThat(spec).contains("| " + code.status() + " | `" + code.code() + "` | " + code.title() + " |");
        }
    }

    private static JsonNode read() throws Exception {
        return new JsonMapper().readTree(OpenApi.of("gateway"));
    }
}
