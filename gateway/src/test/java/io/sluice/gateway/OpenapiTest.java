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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The description and the specification say what the code does. */
class OpenapiTest {
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
        for (ProblemCode code : ProblemCode.values()) {
            boolean described = Stream.of(
                            "/v1/datasets/{dataset}/events/post", "/v1/subjects/choices/post", "/v1/events/{id}/get")
                    .anyMatch(operation -> api.path("paths")
                            .path(operation.substring(0, operation.lastIndexOf('/')))
                            .path(operation.substring(operation.lastIndexOf('/') + 1))
                            .at("/responses/" + code.status() + "/description")
                            .asText()
                            .contains("`" + code.code() + "`"));
            assertThat(described).as(code.code()).isTrue();
        }
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
