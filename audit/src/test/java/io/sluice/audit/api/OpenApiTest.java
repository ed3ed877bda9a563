package io.sluice.audit.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.audit.append.PolicyArchive;
import io.sluice.audit.index.AuditIndex;
import io.sluice.audit.index.AuditIndexConfig;
import io.sluice.audit.log.FileLogStore;
import io.sluice.audit.verify.EntryFixture;
import io.sluice.serving.operate.OpenApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description and the specification say what the code does. */
class OpenApiTest {
    @Test
    void describesEveryRouteItsParametersAndEveryCode(@TempDir Path folder) throws Exception {
        JsonNode api = new JsonMapper().readTree(OpenApi.of("audit"));
        List<String> codes = new ArrayList<>();
        api.at("/components/schemas/Problem/properties/code/enum").forEach(code -> codes.add(code.asText()));

        assertThat(api.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ProblemCode.values()).map(ProblemCode::code).toList());
        try (AuditIndex index = AuditIndex.open(new AuditIndexConfig(
                folder.resolve("index.sqlite"),
                FileLogStore.source(folder),
                EntryFixture.newKey().verifier()))) {
            List<Route> routes = new ApiRoutes(
                            new LogDesk(index, new PolicyArchive(folder), System::nanoTime),
                            1,
                            List.of(),
                            java.time.Clock.systemUTC())
                    .routes();
            List<String> paths = new ArrayList<>();
            api.path("paths").fieldNames().forEachRemaining(paths::add);
            assertThat(routes.stream().map(Route::template).toList()).containsExactlyInAnyOrderElementsOf(paths);
            for (Route route : routes) {
                JsonNode described = api.path("paths").path(route.template());
                TreeSet<String> parameters = new TreeSet<>();
                described.at("/get/parameters").forEach(parameter -> {
                    if (parameter.path("in").asText().equals("query")) {
                        parameters.add(parameter.path("name").asText());
                    }
                });
                assertThat(parameters).as(route.template()).isEqualTo(new TreeSet<>(route.parameters()));
                assertThat(described.at("/get/description").asText())
                        .as(route.template())
                        .contains(
                                route.act() == null ? "" : "act " + route.act().code());
            }
        }
    }

    @Test
    void isSpecifiedCodeByCode() throws Exception {
        String spec = Files.readString(Path.of(System.getProperty("sluice.home"), "docs", "specs", "audit-api.md"));

        for (ProblemCode code : ProblemCode.values()) {
            assertThat(spec).contains("| " + code.status() + " | `" + code.code() + "` | " + code.title() + " |");
        }
    }
}
