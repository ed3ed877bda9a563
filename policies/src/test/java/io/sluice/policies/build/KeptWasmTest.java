package io.sluice.policies.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.policies.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The module kept in the repository is that of the Rego beside it. Run with -Dsluice.keep=true after editing Rego. */
class KeptWasmTest {
    @Test
    void theKeptModuleIsWhatOpaMakesOfTheShippedRego() throws IOException {
        assumeTrue(Shipped.opa().isPresent(), "opa is not at hand: " + OpaTool.INSTALL);
        CompiledRego compiled =
                CompiledRego.compile(Shipped.rulebook().rego(), Shipped.opa().orElseThrow());
        if (Boolean.getBoolean("sluice.keep")) {
            Path folder = Shipped.HOME.resolve("policies/src/main/resources/io/sluice/policies");
            Files.write(folder.resolve("policy.wasm"), compiled.wasm());
            Files.writeString(folder.resolve("policy.wasm.sources"), compiled.sources() + "\n");
            return;
        }
        CompiledRego kept = CompiledRego.kept(Shipped.rulebook().rego())
                .orElseThrow(() -> new AssertionError("The Rego was edited: run this test with -Dsluice.keep=true"));
        assertThat(kept.wasm()).isEqualTo(compiled.wasm());
    }
}
