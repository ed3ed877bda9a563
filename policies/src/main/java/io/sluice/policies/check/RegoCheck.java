package io.sluice.policies.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.build.CompiledRego;
import io.sluice.policies.build.OpaTool;
import io.sluice.policies.build.RegoFolder;
import io.sluice.policies.load.Finding;
import io.sluice.policies.load.Finding.Severity;
import io.sluice.policies.load.LoadedRulebook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The Rego: builtins that the engine lacks, and, where OPA is at hand, its format, its strict mode, its types under the
 * capabilities, its tests and what they cover. Stateless.
 */
public final class RegoCheck {
    /** The least part of the rules that the tests have to run, in percent. */
    public static final double LEAST_COVERAGE_PERCENT = 90;

    private static final String REGO = "rego";
    private static final String UNDEFINED = "undefined function ";

    private final OpaTool opa;
    private final RegoFolder folder;
    private final List<Finding> findings = new ArrayList<>();
    private String tested = "";

    private RegoCheck(OpaTool opa, RegoFolder folder) {
        this.opa = opa;
        this.folder = folder;
    }

    /**
     * Checks the Rego of a rulebook.
     *
     * @param leastCoverage least coverage of the tests in percent
     */
    public static StageResult run(LoadedRulebook rulebook, Optional<OpaTool> opa, double leastCoverage) {
        SortedMap<String, byte[]> rego = rulebook.rego();
        List<Finding> refused = RefusedBuiltins.in(CompiledRego.sources(rego));
        if (opa.isEmpty()) {
            return withoutOpa(rego, refused);
        }
        try (RegoFolder folder = RegoFolder.of(rego)) {
            RegoCheck check = new RegoCheck(opa.get(), folder);
            check.findings.addAll(refused);
            check.format(rego);
            check.strict(rego);
            if (check.findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR)) {
                check.tests(leastCoverage);
            }
            return StageResult.of(Stage.REGO, rego.size() + " files, formatted, strict" + check.tested, check.findings);
        }
    }

    private static StageResult withoutOpa(SortedMap<String, byte[]> rego, List<Finding> refused) {
        List<Finding> findings = new ArrayList<>(refused);
        boolean shipped = CompiledRego.kept(rego).isPresent();
        findings.add(new Finding(
                        shipped ? Severity.NOTE : Severity.ERROR,
                        "rego/",
                        0,
                        0,
                        shipped
                                ? "opa is not at hand: format, types and tests of the Rego were not checked"
                                : "the Rego differs from what is shipped, and opa is not at hand to check and compile it")
                .fixedBy("set OPA to its path, or run: " + OpaTool.INSTALL));
        return StageResult.of(Stage.REGO, rego.size() + " files, read without opa", findings);
    }

    private void format(SortedMap<String, byte[]> rego) {
        OpaTool.Run list = opa.run(folder.path(), "fmt", "--list", REGO);
        for (String line : list.output().lines().toList()) {
            String path = relative(line.strip());
            byte[] content = rego.get(path);
            if (content != null) {
                String formatted = opa.run(folder.path(), "fmt", path).output();
                int at = firstDifference(new String(content, StandardCharsets.UTF_8), formatted);
                findings.add(new Finding(Severity.ERROR, path, at, 1, "the file is not formatted as opa fmt would")
                        .fixedBy("opa fmt --write " + path));
            }
        }
    }

    private static int firstDifference(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> formatted = after.lines().toList();
        int line = 0;
        while (line < Math.min(old.size(), formatted.size()) && old.get(line).equals(formatted.get(line))) {
            line++;
        }
        return Math.min(line + 1, Math.max(1, old.size()));
    }

    /** Types and strict mode; tests may use builtins that a decision may not, the sources may not. */
    private void strict(SortedMap<String, byte[]> rego) {
        int before = findings.size();
        errors(opa.run(folder.path(), "check", "--strict", "--format", "json", REGO));
        if (findings.size() > before) {
            return; // what does not compile at all would be told twice
        }
        List<String> arguments = new ArrayList<>(List.of(
                "check",
                "--strict",
                "--format",
                "json",
                "--capabilities",
                folder.capabilities().toString()));
        arguments.addAll(CompiledRego.sources(rego).keySet());
        errors(opa.run(folder.path(), arguments.toArray(new String[0])));
    }

    private void errors(OpaTool.Run run) {
        if (run.status() == 0) {
            return;
        }
        JsonNode errors = json(run).path("errors");
        for (JsonNode error : errors) {
            JsonNode place = error.path("location");
            String message = error.path("message").asText();
            Finding finding = new Finding(
                    Severity.ERROR,
                    relative(place.path("file").asText("rego/")),
                    place.path("row").asInt(),
                    place.path("col").asInt(),
                    message);
            String name = message.startsWith(UNDEFINED) ? message.substring(UNDEFINED.length()) : "";
            boolean told =
                    findings.stream().anyMatch(other -> other.place().equals(finding.place()) && !name.isEmpty());
            if (!told) {
                findings.add(name.isEmpty() ? finding : finding.because(RefusedBuiltins.reason(name)));
            }
        }
        if (errors.isEmpty()) {
            findings.add(new Finding(Severity.ERROR, "rego/", 0, 0, (run.errors() + run.output()).strip()));
        }
    }

    private void tests(double least) {
        OpaTool.Run run = opa.run(folder.path(), "test", "--coverage", "--format", "json", REGO);
        if (run.status() != 0) {
            failures();
            return;
        }
        JsonNode coverage = json(run);
        double covered = coverage.path("coverage").asDouble();
        tested = String.format(Locale.ROOT, ", tests cover %.1f %% (at least %.0f %%)", covered, least);
        if (covered < least) {
            findings.add(new Finding(
                            Severity.ERROR,
                            "rego/",
                            0,
                            0,
                            String.format(
                                    Locale.ROOT, "the tests run %.1f %% of the rules, and not %.0f %%", covered, least))
                    .because("a rule that no test runs may do something else than you think")
                    .fixedBy("add tests to *_test.rego for the lines that are named, or set --coverage PERCENT"));
            coverage.path("files").properties().forEach(this::uncovered);
        }
    }

    private void uncovered(Map.Entry<String, JsonNode> file) {
        for (JsonNode range : file.getValue().path("not_covered")) {
            findings.add(new Finding(
                    Severity.WARNING,
                    relative(file.getKey()),
                    range.path("start").path("row").asInt(),
                    range.path("start").path("col").asInt(1),
                    "no test runs this"));
        }
    }

    private void failures() {
        OpaTool.Run run = opa.run(folder.path(), "test", "--format", "json", REGO);
        for (JsonNode test : json(run)) {
            if (test.path("fail").asBoolean(false) || test.has("error")) {
                JsonNode place = test.path("location");
                findings.add(new Finding(
                        Severity.ERROR,
                        relative(place.path("file").asText("rego/")),
                        place.path("row").asInt(),
                        place.path("col").asInt(1),
                        "the test " + test.path("name").asText() + " fails"
                                + (test.has("error")
                                        ? ": "
                                                + test.path("error")
                                                        .path("message")
                                                        .asText()
                                        : "")));
            }
        }
        if (findings.isEmpty()) {
            findings.add(new Finding(
                    Severity.ERROR, "rego/", 0, 0, "opa test failed: " + (run.errors() + run.output()).strip()));
        }
    }

    private String relative(String path) {
        Path at = Path.of(path);
        return (at.isAbsolute() && at.startsWith(folder.path()) ? folder.path().relativize(at) : at).toString();
    }

    private static JsonNode json(OpaTool.Run run) {
        String text = run.output().isBlank() ? run.errors() : run.output();
        try {
            return StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            return com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
        }
    }
}
