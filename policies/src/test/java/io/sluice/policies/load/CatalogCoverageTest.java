package io.sluice.policies.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.rulebook.Dataset;
import io.sluice.policies.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The catalog declares every leaf of the sample's FHIR resources: nothing is lost to care by omission. */
class CatalogCoverageTest {
    private static final Path SYNTHEA = Path.of(System.getProperty("sluice.data"), "fhir/synthea_r4");

    @Test
    void everyLeafOfEveryResourceOfTheSampleIsDeclared() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(SYNTHEA), "the sample data are not at hand");
        SortedMap<String, String> datasets =
                Shipped.policy().group("fhir").orElseThrow().datasets();
        Map<String, Set<String>> shapes = new TreeMap<>();
        int resources = 0;
        JsonMapper mapper = new JsonMapper();
        try (Stream<Path> files = Files.list(SYNTHEA)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).toList()) {
                for (JsonNode entry : mapper.readTree(file.toFile()).path("entry")) {
                    String type = entry.path("resource").path("resourceType").asText();
                    leaves("", entry.path("resource"), shapes.computeIfAbsent(type, any -> new TreeSet<>()));
                    resources++;
                }
            }
        }
        assertThat(resources).isEqualTo(2_231);
        assertThat(shapes.keySet()).hasSize(13).isSubsetOf(datasets.keySet());
        shapes.forEach((type, leaves) -> assertThat(leaves)
                .as(type)
                .hasSizeGreaterThan(10)
                .isSubsetOf(declared(Objects.requireNonNull(datasets.get(type)))));
    }

    /** Patterns with their predicates as {@code *}: which of them applies is decided by the value. */
    private static Set<String> declared(String dataset) {
        Dataset declared =
                Objects.requireNonNull(Shipped.bundle().rulebook().datasets().get(dataset));
        return declared.fields().keySet().stream()
                .map(pattern -> pattern.text().replaceAll("\\[[^]]*]", "*"))
                .collect(Collectors.toSet());
    }

    private static void leaves(String path, JsonNode node, Set<String> leaves) {
        if (node.isObject()) {
            node.properties().forEach(member -> leaves(path + "/" + member.getKey(), member.getValue(), leaves));
        } else if (node.isArray()) {
            node.forEach(element -> leaves(path + "/*", element, leaves));
        } else {
            leaves.add(path);
        }
    }
}
