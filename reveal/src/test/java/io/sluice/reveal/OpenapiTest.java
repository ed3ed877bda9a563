package io.sluice.reveal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.reveal.answer.ProblemCode;
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
        JsonNode api = new JsonMapper().readTree(OpenApi.of("reveal"));
        List<String> paths = new ArrayList<>();
        api.path("paths").fieldNames().forEachRemaining(paths::add);
        List<String> codes = new ArrayList<>();
        api.at("/components/schemas/Problem/properties/code/enum").forEach(code -> codes.add(code.asText()));

        assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(paths).containsExactlyInAnyOrder("/v1/reveal", "/v1/emergencies", "/v1/reviews", "/v1/reviews/{id}");
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ProblemCode.values()).map(ProblemCode::code).toList());
    }

    @Test
    void isSpecifiedCodeByCode() throws Exception {
        String spec = Files.readString(Path.of(System.getProperty("sluice.home"), "docs", "specs", "reveal-api.md"));

        for (ProblemCode code : ProblemCode.values()) {
            assertThat(spec).contains("| " + code.status() + " | `" + code.code() + "` | " + code.title() + " |");
        }
    }
}
