package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Evaluates the policy of one revision: the port behind which the engines stand (wasm in process, OPA over REST). The
 * answer is a pure function of revision, entrypoint and input (promise P5).
 *
 * <p>Implementations are thread-safe.
 */
public interface PolicyEngine extends AutoCloseable {
    /** Longest input, in bytes. */
    int MAX_INPUT_BYTES = 65_536;

    /**
     * Asks a question.
     *
     * @param entrypoint which one
     * @param canonicalInput the input as RFC 8785 bytes
     * @return the answer; empty where the policy has none, which means deny
     * @throws PolicyEvaluationException if the evaluation failed, and would again; nothing may be released (promise P1)
     * @throws PolicyUnavailableException if it could not be asked now; nothing may be released either, but the caller may
     *     ask again
     */
    Optional<JsonNode> evaluate(Entrypoint entrypoint, byte[] canonicalInput);

    /** Frees what the engine holds; evaluations under way may fail. */
    @Override
    void close();
}
