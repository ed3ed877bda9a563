package io.sluice.policies.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.Reason;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.OpaTool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden questions: answered as the table says, and alike by the wasm in process and by {@code opa eval}. */
class GoldenDecisionTest {
    static Stream<Golden> golden() {
        return Golden.all().stream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void isAnsweredAsTheTableSays(Golden golden) {
        String answer;
        try {
            answer = summary(Shipped.policy().release(golden.input()));
        } catch (DecisionInvalidException e) {
            answer = "undefined";
        }
        assertThat(answer).isEqualTo(golden.expected());
    }

    /** What the record path asks is the whole answer without what the matrix says already: both read alike. */
    @ParameterizedTest
    @MethodSource("golden")
    void termsAndReleaseAreOneDecision(Golden golden) {
        DecisionReader reader = new DecisionReader(
                Shipped.bundle().rulebook(), Shipped.bundle().document().path("matrix"));
        Optional<JsonNode> terms =
                Shipped.engine().evaluate(Entrypoint.TERMS, golden.input().canonical());
        Optional<JsonNode> release =
                Shipped.engine().evaluate(Entrypoint.RELEASE, golden.input().canonical());
        assertThat(release.isPresent()).isEqualTo(terms.isPresent());
        if (terms.isPresent()) {
            release.get().forEach(GoldenDecisionTest::withholdsWithoutFields);
            assertThat(reader.read(golden.input().dataset(), release.get()))
                    .isEqualTo(reader.read(golden.input().dataset(), terms.get()));
        }
    }

    @Test
    void opaEvalAnswersAlike(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Shipped.opa().isPresent(), "opa is not at hand: " + OpaTool.INSTALL);
        Map<String, Object> inputs = new TreeMap<>();
        Golden.all().forEach(golden -> inputs.put(golden.name(), golden.input().toJson()));
        Files.write(folder.resolve("golden.json"), CanonicalJson.bytes(Map.of("golden", inputs)));
        Files.write(folder.resolve("data.json"), Shipped.bundle().data());
        for (Map.Entry<String, byte[]> file : Shipped.rulebook().rego().entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling("."));
            Files.write(path, file.getValue());
        }

        OpaTool.Run run = Shipped.opa()
                .orElseThrow()
                .run(
                        folder,
                        "eval",
                        "-f",
                        "raw",
                        "-d",
                        "rego",
                        "-d",
                        "data.json",
                        "-d",
                        "golden.json",
                        "{name: [r, t] | some name, i in data.golden; r := data.sluice.release with input as i;"
                                + " t := data.sluice.terms with input as i}");

        assertThat(run.status()).as(run.output() + run.errors()).isZero();
        JsonNode ofOpa = StrictJson.read(run.output().getBytes(StandardCharsets.UTF_8));
        ObjectNode ofWasm = inWasm();
        assertThat(ofOpa.size()).isEqualTo(ofWasm.size()).isGreaterThan(20);
        for (Map.Entry<String, JsonNode> answer : ofWasm.properties()) {
            assertThat(Sha256.hex(CanonicalJson.bytes(ofOpa.path(answer.getKey()))))
                    .as(answer.getKey())
                    .isEqualTo(Sha256.hex(CanonicalJson.bytes(answer.getValue())));
        }
    }

    private static ObjectNode inWasm() {
        ObjectNode answers = JsonNodeFactory.instance.objectNode();
        for (Golden golden : Golden.all()) {
            byte[] input = golden.input().canonical();
            Shipped.engine()
                    .evaluate(Entrypoint.RELEASE, input)
                    .ifPresent(release -> answers.putArray(golden.name())
                            .add(release)
                            .add(Shipped.engine()
                                    .evaluate(Entrypoint.TERMS, input)
                                    .orElseThrow()));
        }
        return answers;
    }

    private static void withholdsWithoutFields(JsonNode decision) {
        boolean released = decision.path("disposition").asText().equals("release");
        assertThat(decision.path("fields").isEmpty()).isEqualTo(!released);
    }

    private static String summary(Decision decision) {
        return decision.recipients().values().stream()
                .map(one -> one.recipient() + "="
                        + (one.disposition() == Disposition.RELEASE
                                ? "release"
                                : one.reasons().stream()
                                        .map(Reason::rule)
                                        .sorted()
                                        .collect(Collectors.joining(","))))
                .collect(Collectors.joining(" "));
    }
}
