package io.sluice.policies.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One instance of a policy module with its memory, spoken to by OPA's wasm ABI 1.2
 * (<a href="https://www.openpolicyagent.org/docs/wasm">OPA, WebAssembly</a>). It offers no builtin of the host: what the
 * rulebook's capabilities allow is compiled into the module. For one thread at a time.
 */
final class PolicyInstance {
    private static final int ABI_VERSION = 1;
    private static final int ABI_MINOR_VERSION = 2;
    private static final int MOST_BUILTIN_ARGUMENTS = 4;
    private static final int JSON = 0;
    private static final int ALIGNMENT = 8;

    private final Instance instance;
    private final Memory memory;
    private final ExportFunction eval;
    private final Map<Entrypoint, Integer> entrypoints = new EnumMap<>(Entrypoint.class);
    private final int data;
    private final int dataEnd;

    /** @throws RuntimeException where the module is not OPA's, asks for builtins, or the document does not fit */
    PolicyInstance(WasmModule module, Function<Instance, Machine> machines, byte[] data) {
        this.memory = new ByteArrayMemory(new MemoryLimits(initialPages(module), WasmEngine.MAX_MEMORY_PAGES));
        this.instance = Instance.builder(module)
                .withImportValues(imports(memory))
                .withMachineFactory(machines)
                .build();
        requireAbi();
        requireNoBuiltins();
        this.eval = instance.export("opa_eval");
        JsonNode known = json(call("entrypoints"));
        for (Entrypoint entrypoint : Entrypoint.values()) {
            if (known.path(entrypoint.path()).isInt()) {
                entrypoints.put(entrypoint, known.path(entrypoint.path()).intValue());
            }
        }
        this.data = parse(data);
        this.dataEnd = call("opa_heap_ptr_get");
    }

    /** OPA's result set as JSON. What an evaluation wrote is forgotten at the next one. */
    String ask(Entrypoint entrypoint, byte[] input) {
        Integer number = entrypoints.get(entrypoint);
        if (number == null) {
            throw new PolicyEvaluationException("The policy has no entrypoint " + entrypoint.path());
        }
        int heap = Math.addExact(dataEnd + ALIGNMENT, input.length) & -ALIGNMENT;
        reserve(heap);
        memory.write(dataEnd, input);
        return text((int) eval.apply(0, number, data, dataEnd, input.length, heap, JSON)[0]);
    }

    private static int initialPages(WasmModule module) {
        return module.importSection().stream()
                .filter(MemoryImport.class::isInstance)
                .mapToInt(memory -> ((MemoryImport) memory).limits().initialPages())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The module imports no memory"));
    }

    private static ImportValues imports(Memory memory) {
        ImportValues.Builder imports = ImportValues.builder()
                .addMemory(new ImportMemory("env", "memory", memory))
                .addFunction(new HostFunction(
                        "env", "opa_abort", FunctionType.accepting(ValType.I32), (self, message) -> {
                            throw new PolicyEvaluationException(
                                    "The policy stopped: " + memory.readCString((int) message[0], UTF_8));
                        }));
        for (int arguments = 0; arguments <= MOST_BUILTIN_ARGUMENTS; arguments++) {
            FunctionType type = FunctionType.of(Collections.nCopies(2 + arguments, ValType.I32), List.of(ValType.I32));
            imports.addFunction(new HostFunction("env", "opa_builtin" + arguments, type, (self, unused) -> {
                throw new PolicyEvaluationException("The policy called a builtin of the host");
            }));
        }
        return imports.build();
    }

    private void requireAbi() {
        long version = instance.exports().global("opa_wasm_abi_version").getValue();
        long minor = instance.exports().global("opa_wasm_abi_minor_version").getValue();
        if (version != ABI_VERSION || minor < ABI_MINOR_VERSION) {
            throw new IllegalArgumentException("The module has ABI " + version + "." + minor + ", not " + ABI_VERSION
                    + "." + ABI_MINOR_VERSION + " or later");
        }
    }

    private void requireNoBuiltins() {
        JsonNode wanted = json(call("builtins"));
        if (!wanted.isEmpty()) {
            throw new IllegalArgumentException("The policy needs builtins that are not in the module: "
                    + String.join(
                            ", ",
                            wanted.properties().stream()
                                    .map(Map.Entry::getKey)
                                    .sorted()
                                    .toList()));
        }
    }

    private int parse(byte[] json) {
        int text = call("opa_malloc", json.length);
        memory.write(text, json);
        int value = call("opa_json_parse", text, json.length);
        if (value == 0) {
            throw new IllegalArgumentException("The data document is not JSON");
        }
        call("opa_free", text);
        return value;
    }

    /** The memory grows up to its limit; an input beyond it is refused before anything is written. */
    private void reserve(int end) {
        int missing = end / Memory.PAGE_SIZE + 1 - memory.pages();
        if (missing > 0 && memory.grow(missing) < 0) {
            throw new PolicyEvaluationException("The input does not fit the policy's memory");
        }
    }

    private JsonNode json(int value) {
        int text = call("opa_json_dump", value);
        try {
            return StrictJson.read(text(text).getBytes(UTF_8));
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("The module does not say what it offers", e);
        }
    }

    private String text(int address) {
        return memory.readCString(address, UTF_8);
    }

    private int call(String function, long... arguments) {
        long[] result = instance.export(function).apply(arguments);
        return result == null || result.length == 0 ? 0 : (int) result[0];
    }
}
