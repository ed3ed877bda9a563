package io.sluice.policies.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.Shipped;
import io.sluice.policies.build.BundleBuilder;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.Golden;
import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.load.RulebookLoader;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The golden questions are answered alike, to the canonical byte, by the wasm in process, a real OPA server over REST and
 * {@code opa eval} on the bundle; the last two need {@code opa}. {@code golden/admission.jsonl}, {@code release.jsonl},
 * {@code reveal.jsonl} and {@code access.jsonl} hold an input a line, legal or damaged; those of {@code golden/release.csv}
 * come on top. They are asked of the shipped rulebook with the recipients of {@code golden/rulebook}, whom rules concern
 * that it has no case of.
 */
@NullUnmarked // what is null here fails the test
class GoldenParityTest {
    private static final Path GOLDEN = Shipped.HOME.resolve("policies/src/test/resources/golden");
    private static final String UNDEFINED = "undefined";

    /** An input, under a name that tells its line. */
    private record Question(String name, Entrypoint entrypoint, JsonNode input) {
        String answer(PolicyEngine engine) {
            return text(engine.evaluate(entrypoint, CanonicalJson.bytes(input)));
        }
    }

    @TempDir
    private static Path folder;

    private static BundleBuilder.Built built;
    private static VerifiedBundle bundle;
    private static List<Question> questions;
    private static Map<Question, String> ofWasm;

    @BeforeAll
    static void askTheWasm() throws Exception {
        Path rulebook = folder.resolve("rulebook");
        copy(Shipped.FOLDER, rulebook);
        copy(GOLDEN.resolve("rulebook"), rulebook);
        built = Shipped.builder()
                .build(RulebookLoader.load(rulebook), Shipped.TENANT, 1, Shipped.NOT_BEFORE, Shipped.EXPIRES);
        bundle = new BundleVerifier(Shipped.root()).open(built.archive());
        questions = questions();
        try (PolicyEngine wasm = EngineConfig.WASM.engines(1).apply(bundle)) {
            ofWasm = questions.stream()
                    .collect(Collectors.toMap(question -> question, question -> question.answer(wasm)));
        }
    }

    @Test
    void anOpaServerAnswersAlike() {
        try (OpaProcess opa = OpaProcess.serving(folder, built.archive());
                PolicyEngine rest = new OpaRestConfig(
                                List.of(opa.address()), null, null, Duration.ofSeconds(30), 8 << 20)
                        .engines(1)
                        .apply(bundle)) {
            OpaProcess.awaitAnswer(rest);
            for (Question question : questions) {
                assertThat(question.answer(rest)).as(question.name()).isEqualTo(ofWasm.get(question));
            }
        }
    }

    @Test
    void opaEvalAnswersAlike() throws Exception {
        OpaTool opa = Shipped.opa().orElse(null);
        Assumptions.assumeTrue(opa != null, "opa is not at hand: " + OpaTool.INSTALL);
        Map<String, Map<String, JsonNode>> inputs = new TreeMap<>();
        for (Question question : questions) {
            inputs.computeIfAbsent(question.entrypoint().path(), path -> new TreeMap<>())
                    .put(question.name(), question.input());
        }
        Files.write(folder.resolve("bundle.tar.gz"), built.archive());
        Files.write(folder.resolve("input.json"), CanonicalJson.bytes(inputs));
        String query = inputs.keySet().stream()
                .map(path -> "\"%1$s\": {name: x | some name, i in input[\"%1$s\"]; x := data.%2$s with input as i}"
                        .formatted(path, path.replace('/', '.')))
                .collect(Collectors.joining(", ", "{", "}"));

        OpaTool.Run run = opa.run(folder, "eval", "-f", "raw", "-b", "bundle.tar.gz", "-i", "input.json", query);

        assertThat(run.status()).as(run.output() + run.errors()).isZero();
        JsonNode answers = StrictJson.read(run.output().getBytes(StandardCharsets.UTF_8));
        for (Question question : questions) {
            JsonNode answer = answers.path(question.entrypoint().path()).get(question.name());
            assertThat(text(Optional.ofNullable(answer))).as(question.name()).isEqualTo(ofWasm.get(question));
        }
    }

    /** Each outcome and reason that the rules know is among the answers, else the table lacks a question. */
    @Test
    void theTableAsksAboutEverything() {
        assertThat(questions.stream().map(Question::input).distinct()).hasSizeGreaterThanOrEqualTo(300);
        assertThat(String.join("\n", ofWasm.values()))
                .contains(UNDEFINED, "\"disposition\":\"release\"", "\"allow\":true", "choices-not-granted")
                .contains("dataset-unknown", "dataset-not-granted", "purpose-required", "purpose-not-granted")
                .contains("\"denied\"", "no-protection", "purpose-incompatible", "agreement-expired")
                .contains("no-consent", "objection-direct-marketing", "\"rule\":\"objection\"")
                .contains("objection-exempt", "\"rule\":\"restriction\"", "restriction-exception")
                .contains("not-de-identified", "no-transfer-tool", "not-a-finding", "officers#phone-order")
                .contains(
                        "\"rule\":\"identity-check\"",
                        "\"rule\":\"emergency\"",
                        "reviewWithinHours",
                        "\"rule\":\"review\"")
                .contains("caller-unknown", "not-granted", "purpose-unknown", "purpose-unlawful", "field-unknown")
                .contains("emergency-not-granted", "emergency-too-long", "review-of-own", "review-not-granted")
                .contains("\"rule\":\"audit\"", "reader-unknown");
    }

    private static List<Question> questions() throws Exception {
        List<Question> questions = new ArrayList<>();
        int line = 0;
        for (String input : Files.readAllLines(GOLDEN.resolve("admission.jsonl"))) {
            questions.add(new Question("admission.jsonl:" + ++line, Entrypoint.ADMISSION, json(input)));
        }
        line = 0;
        for (String input : Files.readAllLines(GOLDEN.resolve("reveal.jsonl"))) {
            questions.add(new Question("reveal.jsonl:" + ++line, Entrypoint.REVEAL, json(input)));
        }
        line = 0;
        for (String input : Files.readAllLines(GOLDEN.resolve("access.jsonl"))) {
            questions.add(new Question("access.jsonl:" + ++line, Entrypoint.ACCESS, json(input)));
        }
        Map<String, JsonNode> records = new TreeMap<>();
        line = 0;
        for (String input : Files.readAllLines(GOLDEN.resolve("release.jsonl"))) {
            records.put("release.jsonl:" + ++line, json(input));
        }
        for (Golden golden : Golden.all()) {
            records.put(
                    "release.csv: " + golden.name(),
                    json(new String(golden.input().canonical(), StandardCharsets.UTF_8)));
        }
        records.forEach((name, input) -> {
            questions.add(new Question(name, Entrypoint.TERMS, input));
            questions.add(new Question(name, Entrypoint.RELEASE, input));
        });
        return questions;
    }

    private static String text(Optional<JsonNode> answer) {
        return answer.map(CanonicalJson::text).orElse(UNDEFINED);
    }

    private static JsonNode json(String text) throws Exception {
        return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(path, copy);
            }
        }
    }
}
