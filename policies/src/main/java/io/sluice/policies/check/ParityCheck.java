package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.build.RegoFolder;
import io.sluice.policies.draft.DraftPolicy;
import io.sluice.policies.evaluate.Entrypoint;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import io.sluice.policies.scenario.ScenarioResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether the compiled policy and OPA's own evaluator answer alike, on every question that the scenarios ask. Stateless.
 */
public final class ParityCheck {
    private ParityCheck() {}

    /** A question, and the scenario that asks it. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Asked(Entrypoint entrypoint, byte[] input, String file) {}

    /** Asks both about everything; one run of OPA for all. */
    public static StageResult run(DraftPolicy.Built draft, List<ScenarioResult> scenarios, Optional<OpaTool> opa) {
        if (opa.isEmpty()) {
            return StageResult.skipped(Stage.PARITY, "opa is not at hand: " + OpaTool.INSTALL);
        }
        Map<String, Asked> questions = questions(scenarios);
        JsonNode answers = ofOpa(draft, questions, opa.get());
        List<Finding> findings = new ArrayList<>();
        try (WasmEngine wasm = WasmEngine.of(draft.policy().bundle(), 1)) {
            questions.forEach((name, asked) -> {
                Optional<JsonNode> compiled = wasm.evaluate(asked.entrypoint(), asked.input());
                Optional<JsonNode> interpreted = Optional.ofNullable(
                        answers.path(asked.entrypoint().path()).get(name));
                if (!text(compiled).equals(text(interpreted))) {
                    findings.add(different(asked, compiled, interpreted));
                }
            });
        }
        return StageResult.of(
                Stage.PARITY, questions.size() + " questions of the scenarios, answered by wasm and by OPA", findings);
    }

    private static Map<String, Asked> questions(List<ScenarioResult> scenarios) {
        Map<String, Asked> questions = new LinkedHashMap<>();
        for (ScenarioResult scenario : scenarios) {
            for (ReleaseInput input : scenario.releases()) {
                add(questions, new Asked(Entrypoint.RELEASE, input.canonical(), scenario.file()));
            }
            for (AdmissionInput input : scenario.admissions()) {
                add(questions, new Asked(Entrypoint.ADMISSION, input.canonical(), scenario.file()));
            }
        }
        return questions;
    }

    private static void add(Map<String, Asked> questions, Asked asked) {
        questions.putIfAbsent(
                asked.entrypoint().path() + " " + new String(asked.input(), StandardCharsets.UTF_8), asked);
    }

    private static JsonNode ofOpa(DraftPolicy.Built draft, Map<String, Asked> questions, OpaTool opa) {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        TreeSet<String> paths = new TreeSet<>();
        questions.forEach((name, asked) -> {
            paths.add(asked.entrypoint().path());
            inputs.withObjectProperty(asked.entrypoint().path()).set(name, json(asked.input()));
        });
        List<String> parts = new ArrayList<>();
        for (String path : paths) {
            parts.add("\"%1$s\": {name: x | some name, i in input[\"%1$s\"]; x := data.%2$s with input as i}"
                    .formatted(path, path.replace('/', '.')));
        }
        try (RegoFolder folder = RegoFolder.of(new TreeMap<>())) {
            folder.write("bundle.tar.gz", draft.archive());
            folder.write("input.json", CanonicalJson.bytes(inputs));
            OpaTool.Run run = opa.run(
                    folder.path(),
                    "eval",
                    "--format",
                    "raw",
                    "--bundle",
                    "bundle.tar.gz",
                    "--input",
                    "input.json",
                    "{" + String.join(", ", parts) + "}");
            if (run.status() != 0) {
                throw new IllegalStateException("opa eval failed: " + (run.errors() + run.output()).strip());
            }
            return json(run.output().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Finding different(Asked asked, Optional<JsonNode> compiled, Optional<JsonNode> interpreted) {
        return new Finding(
                        Severity.ERROR,
                        asked.file(),
                        0,
                        0,
                        "the compiled policy and OPA answer "
                                + asked.entrypoint().path() + " differently: "
                                + divergence(text(compiled), text(interpreted)))
                .because("a room with the engine opa-rest would release something else than one with wasm")
                .fixedBy("the question was " + new String(asked.input(), StandardCharsets.UTF_8)
                        + "; lists made of sets have to be sorted, since the evaluators walk sets in different orders");
    }

    private static String divergence(String wasm, String opa) {
        int at = 0;
        while (at < Math.min(wasm.length(), opa.length()) && wasm.charAt(at) == opa.charAt(at)) {
            at++;
        }
        return "'" + excerpt(wasm, at) + "' and '" + excerpt(opa, at) + "'";
    }

    private static String excerpt(String text, int at) {
        return text.substring(Math.max(0, at - 30), Math.min(text.length(), at + 30));
    }

    private static String text(Optional<JsonNode> answer) {
        return answer.map(CanonicalJson::text).orElse("undefined");
    }

    private static JsonNode json(byte[] text) {
        try {
            return StrictJson.read(text);
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("An answer of opa is not JSON", e);
        }
    }
}
