package io.sluice.policies.engine;

import io.sluice.policies.evaluate.PolicyEngine;
import io.sluice.policies.evaluate.WasmEngine;
import io.sluice.policies.verify.VerifiedBundle;
import java.io.Serializable;
import java.util.function.Function;

/** Which engine a room asks. Immutable; travels to every task. */
public sealed interface EngineConfig extends Serializable permits EngineConfig.Wasm, OpaRestConfig {
    /** The default: in process, no server, no network. */
    EngineConfig WASM = new Wasm();

    /**
     * What makes the engine of a revision. Called once for a process: the engines that it makes share their connections.
     *
     * @param instances how many threads ask at once
     * @throws IllegalArgumentException if a file of the configuration cannot be used; the message names it
     */
    Function<VerifiedBundle, PolicyEngine> engines(int instances);

    /** The bundle's own wasm. */
    record Wasm() implements EngineConfig {
        private static final long serialVersionUID = 1;

        @Override
        public Function<VerifiedBundle, PolicyEngine> engines(int instances) {
            return bundle -> WasmEngine.of(bundle, instances);
        }
    }
}
