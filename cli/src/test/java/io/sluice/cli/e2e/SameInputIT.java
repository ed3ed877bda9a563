package io.sluice.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same files posted again: on a fresh folder decided alike, on the same folder not released again. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SameInputIT {
    private static final Path INPUT = Path.of(System.getProperty("sluice.data"), "fhir", "synthea_r4");
    private static final int BUNDLES = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path scratch;

    private static Path some = Path.of("unset");
    private static JsonNode first = JSON.createObjectNode();

    @BeforeAll
    static void oneRun() throws Exception {
        some = Files.createDirectory(scratch.resolve("input"));
        try (Stream<Path> files = Files.list(INPUT)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json"))
                    .sorted()
                    .limit(BUNDLES)
                    .toList()) {
                Files.copy(file, some.resolve(file.getFileName()));
            }
        }
        first = summary(SluiceProcess.run(scratch, Duration.ofMinutes(4), demo("one")));
        assertThat(first.path("accepted").asInt()).isGreaterThan(50);
    }

    /** Dispositions, rules and clauses, plans and what was done to each field: for every resource. */
    @Test
    void isDecidedAlikeOnAFreshFolder() throws Exception {
        summary(SluiceProcess.here(demo("two")));

        Map<String, JsonNode> one = decisions("one");
        Map<String, JsonNode> two = decisions("two");

        assertThat(one).hasSize(first.path("accepted").asInt());
        assertThat(two).isEqualTo(one);
    }

    @Test
    void isReleasedOnceOnTheSameFolder() throws Exception {
        byte[] care = Files.readAllBytes(scratch.resolve("one/care.ndjson"));
        byte[] research = Files.readAllBytes(scratch.resolve("one/research.ndjson"));

        JsonNode again = summary(SluiceProcess.here(demo("one")));

        assertThat(again.path("accepted").asInt())
                .as("a repeat is answered as the first was")
                .isEqualTo(first.path("accepted").asInt());
        assertThat(again.path("recipients")).isEqualTo(first.path("recipients"));
        assertThat(again.path("auditEntries").asInt())
                .as("each position has its entry")
                .isGreaterThan(first.path("auditEntries").asInt());
        assertThat(Files.readAllBytes(scratch.resolve("one/care.ndjson"))).isEqualTo(care);
        assertThat(Files.readAllBytes(scratch.resolve("one/research.ndjson"))).isEqualTo(research);
    }

    private static String[] demo(String folder) {
        return new String[] {
            "demo",
            "--once",
            "--input",
            some.toString(),
            "--keep",
            scratch.resolve(folder).toString(),
            "-o",
            "json"
        };
    }

    private static JsonNode summary(SluiceProcess.Result run) throws Exception {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.out());
    }

    /** By resource id, which care's view holds: what each recipient's part of the entry says, but for ids and keys. */
    private static Map<String, JsonNode> decisions(String folder) throws Exception {
        Map<String, String> resources = new HashMap<>();
        for (String line : Files.readAllLines(scratch.resolve(folder).resolve("care.ndjson"))) {
            JsonNode view = JSON.readTree(line);
            resources.put(
                    view.path("id").asText(),
                    view.at("/data/resourceType").asText() + "/"
                            + view.at("/data/id").asText());
        }
        Map<String, JsonNode> decisions = new TreeMap<>();
        for (JsonNode entry : LogEntries.read(scratch.resolve(folder).resolve("audit"))) {
            if (!entry.path("outcome").path("code").asText().equals("decided")) {
                continue;
            }
            var decision = JSON.createObjectNode();
            String resource = "";
            for (JsonNode recipient : entry.path("recipients")) {
                var said = decision.putObject(recipient.path("id").asText());
                for (String member :
                        new String[] {"disposition", "reasons", "plan", "patterns", "undeclared", "legal"}) {
                    said.set(member, recipient.path(member).deepCopy());
                }
                resource = resources.getOrDefault(recipient.path("releasedId").asText(), resource);
            }
            assertThat(resource).as("its resource is known").isNotEmpty();
            decisions.put(resource, decision);
        }
        return decisions;
    }
}
