package io.sluice.policies.evaluate;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.core.encoding.Sha256;
import java.util.function.Function;

/**
 * A {@code policy.wasm}, parsed and compiled to JVM bytecode once. Its instances share the code, and with it what the JVM has
 * learnt of it, so that an instance takes milliseconds. Modules are known by digest: a revision that changes tables alone
 * compiles nothing. Thread-safe.
 */
final class PolicyModule {
    /** Most modules that are kept compiled in a process. */
    static final int MAX_KEPT = 4;

    private static final Cache<String, PolicyModule> KEPT =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();

    private final WasmModule module;
    private final Function<Instance, Machine> machines;

    private PolicyModule(byte[] wasm) {
        this.module = Parser.parse(wasm);
        this.machines = MachineFactoryCompiler.compile(module);
    }

    /**
     * The module of these bytes.
     *
     * @throws PolicyEvaluationException where they are none
     */
    static PolicyModule of(byte[] wasm) {
        try {
            return KEPT.get(Sha256.hex(wasm), digest -> new PolicyModule(wasm));
        } catch (RuntimeException e) {
            throw new PolicyEvaluationException("The compiled policy does not load", e);
        }
    }

    /**
     * An instance that holds a data document.
     *
     * @throws PolicyEvaluationException where the module is not OPA's, or the document does not fit its memory
     */
    PolicyInstance instance(byte[] data) {
        try {
            return new PolicyInstance(module, machines, data);
        } catch (RuntimeException | StackOverflowError e) {
            throw new PolicyEvaluationException("The compiled policy does not load", e);
        }
    }
}
