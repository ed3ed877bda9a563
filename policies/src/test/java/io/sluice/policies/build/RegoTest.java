package io.sluice.policies.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.StrictJson;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.policies.Shipped;
import io.sluice.policies.evaluate.PolicyEvaluationException;
import io.sluice.policies.evaluate.WasmEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Rego's own tests and lints, run by the real opa. */
class RegoTest {
    private static final double LEAST_COVERAGE = 97.0;

    @BeforeEach
    void opaIsAtHand() {
        Assumptions.assumeTrue(Shipped.opa().isPresent(), "opa is not at hand: " + OpaTool.INSTALL);
    }

    @Test
    void theTestsBesideTheRulesPassAndCoverThem() throws Exception {
        OpaTool.Run tests = opa("test", "rego");
        assertThat(tests.status()).as(tests.output() + tests.errors()).isZero();
        JsonNode coverage = StrictJson.read(
                opa("test", "--coverage", "--format", "json", "rego").output().getBytes(StandardCharsets.UTF_8));
        assertThat(coverage.path("coverage").asDouble()).isGreaterThan(LEAST_COVERAGE);
    }

    @Test
    void theRegoIsStrictAndFormatted() {
        OpaTool.Run check = opa("check", "--strict", "rego");
        assertThat(check.status()).as(check.errors()).isZero();
        OpaTool.Run format = opa("fmt", "--list", "rego");
        assertThat(format.output()).isEmpty();
    }

    /** The capabilities keep such a module from being built; one from elsewhere is not loaded. */
    @Test
    void aModuleThatNeedsBuiltinsOfTheHostIsNotLoaded(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.rego"), "package p\n\nq := sprintf(\"%d\", [1])\n");
        Path bundle = folder.resolve("b.tar.gz");
        OpaTool.Run run = Shipped.opa()
                .orElseThrow()
                .run(folder, "build", "-t", "wasm", "-e", "p/q", "-O", "0", "-o", bundle.toString(), "p.rego");
        assertThat(run.status()).as(run.errors()).isZero();
        byte[] wasm = Objects.requireNonNull(TarMember.find(Files.readAllBytes(bundle), BundleFiles.WASM));

        assertThatThrownBy(() -> new WasmEngine(wasm, "{}".getBytes(StandardCharsets.UTF_8), 1, List.of()))
                .isInstanceOf(PolicyEvaluationException.class)
                .hasRootCauseMessage("The policy needs builtins that are not in the module: sprintf");
    }

    /** Two lists of one order: Rego's and the model's. */
    @Test
    void strictnessIsTheOrderOfTheModel() throws Exception {
        OpaTool.Run run = opa("eval", "-f", "raw", "-d", "rego", "data.sluice.strictness.ranks");
        JsonNode ranks = StrictJson.read(run.output().getBytes(StandardCharsets.UTF_8));
        assertThat(ranks.size()).isEqualTo(TransformKind.values().length);
        for (TransformKind kind : TransformKind.values()) {
            assertThat(ranks.path(kind.code()).asInt(-1)).as(kind.code()).isEqualTo(kind.ordinal());
        }
    }

    private static OpaTool.Run opa(String... arguments) {
        return Shipped.opa().orElseThrow().run(Shipped.FOLDER, arguments);
    }
}
