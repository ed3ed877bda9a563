package io.sluice.policies.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates {@code policy.wasm} in process, compiled to JVM bytecode. Some 200 microseconds per question. The first engine of
 * a module compiles it, which takes about a second; instances are made in the constructor and shared: a thread borrows one
 * per question.
 *
 * <p>An evaluation is bounded in input size, memory and time; whatever breaks a bound, or traps, costs the instance, which
 * is made anew in the background, and throws. Thread-safe.
 */
public final class WasmEngine implements PolicyEngine {
    /** Most memory of one instance, in wasm pages of 64 KiB: 64 MiB. */
    public static final int MAX_MEMORY_PAGES = 1_024;

    /** Longest evaluation. */
    public static final Duration MAX_EVALUATION = Duration.ofSeconds(2);

    /** Longest evaluation of the matrix: once a build, cold, over all tables, on a machine that may be busy. */
    public static final Duration MAX_MATRIX_EVALUATION = Duration.ofMinutes(1);

    /** Longest wait for a free instance. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(5);

    /** Longest warm-up question: cold code on a machine that may be busy. */
    public static final Duration MAX_WARM_UP = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(WasmEngine.class);

    private final JsonMapper mapper = JsonMapper.builder(StrictJson.LIMITED).build();
    private final PolicyModule module;
    private final byte[] data;
    private final List<Question> warmUp;
    private final BlockingQueue<PolicyInstance> free;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Makes the engine of a bundle, warm: its first decision takes no longer than the others. */
    public static WasmEngine of(VerifiedBundle bundle, int instances) {
        return new WasmEngine(bundle.wasm(), bundle.data(), instances, Question.warmUp(bundle));
    }

    /**
     * Makes an engine of a revision.
     *
     * @param wasm the compiled policy
     * @param data the bundle's data document
     * @param instances how many threads may ask at once
     * @param warmUp what every instance is asked before it decides: the JVM loads and compiles on first use, which on a
     *     busy machine takes longer than a record's decision may
     * @throws PolicyEvaluationException if the module does not load
     */
    public WasmEngine(byte[] wasm, byte[] data, int instances, List<Question> warmUp) {
        this.module = PolicyModule.of(wasm);
        this.data = data.clone();
        this.warmUp = List.copyOf(warmUp);
        this.free = new ArrayBlockingQueue<>(instances);
        for (int i = 0; i < instances; i++) {
            free.add(warm(module.instance(this.data)));
        }
    }

    @Override
    public Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput) {
        if (canonicalInput.length > MAX_INPUT_BYTES) {
            throw new PolicyEvaluationException("A policy input has at most " + MAX_INPUT_BYTES + " bytes");
        }
        PolicyInstance instance = borrow();
        String answer;
        try {
            answer = ask(
                    instance,
                    entrypoint,
                    canonicalInput,
                    entrypoint == Entrypoint.MATRIX ? MAX_MATRIX_EVALUATION : MAX_EVALUATION);
        } catch (RuntimeException | StackOverflowError e) {
            replace();
            throw new PolicyEvaluationException("The policy failed at " + entrypoint.path(), e);
        }
        free.add(instance);
        return result(answer);
    }

    private PolicyInstance borrow() {
        if (closed.get()) {
            throw new PolicyEvaluationException("The policy engine is closed");
        }
        try {
            PolicyInstance instance = free.poll(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (instance == null) {
                throw new PolicyEvaluationException(
                        "No policy instance became free within " + MAX_WAIT.toSeconds() + " s");
            }
            return instance;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PolicyEvaluationException("Interrupted while waiting for a policy instance", e);
        }
    }

    /** What trapped may hold half a heap: it is dropped, and a new one made off the record path. */
    private void replace() {
        Thread maker = new Thread(() -> free.add(warm(module.instance(data))), "policy-instance");
        maker.setDaemon(true);
        maker.start();
    }

    /**
     * A question that fails here will fail where it is asked in earnest, and closes there. It does not decide whether the
     * bundle is accepted: that may not depend on how busy a machine is (promise P9).
     */
    private PolicyInstance warm(PolicyInstance cold) {
        try {
            for (Question question : warmUp) {
                String unused = ask(cold, question.entrypoint(), question.canonicalInput(), MAX_WARM_UP);
            }
            return cold;
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("policy warm-up failed; its first decisions may be late", e);
            return module.instance(data);
        }
    }

    /** The watchdog tells an evaluation that takes too long to stop. */
    private static String ask(PolicyInstance instance, Entrypoint entrypoint, byte[] input, Duration limit) {
        try (EvaluationWatchdog.Watch watch = EvaluationWatchdog.watch(limit)) {
            String answer = instance.ask(entrypoint, input);
            watch.requireInTime();
            return answer;
        }
    }

    /** OPA answers {@code [{"result": …}]}; an empty list is an undefined result. */
    private Optional<JsonNode> result(String answer) {
        JsonNode results;
        try {
            results = mapper.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new PolicyEvaluationException("The policy's answer is not JSON");
        }
        if (!results.isArray() || results.size() > 1) {
            throw new PolicyEvaluationException("The policy's answer is not a result set");
        }
        return Optional.ofNullable(results.path(0).get("result"));
    }

    @Override
    public void close() {
        closed.set(true);
        free.clear();
    }
}
