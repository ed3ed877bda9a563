package io.sluice.policies.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What OPA's Data API answers: the result, absent where it is undefined, and the revisions of the bundles that were active
 * in the very transaction that evaluated it.
 *
 * @param result the rule's value
 * @param revisions as the manifests of the active bundles name them
 */
record OpaAnswer(@Nullable JsonNode result, Set<String> revisions) {
    /**
     * Reads a body of status 200.
     *
     * @throws MalformedJsonException if it is no strict JSON
     * @throws IllegalArgumentException if it is no answer of the Data API with its provenance
     */
    static OpaAnswer read(byte[] body) throws MalformedJsonException {
        JsonNode answer = StrictJson.read(body);
        JsonNode provenance = answer.path("provenance");
        if (!provenance.isObject()) {
            throw new IllegalArgumentException("no answer of OPA's Data API with provenance");
        }
        Set<String> revisions = new HashSet<>();
        for (JsonNode bundle : provenance.path("bundles")) {
            revisions.add(bundle.path("revision").asText());
        }
        return new OpaAnswer(answer.get("result"), Set.copyOf(revisions));
    }

    /** Whether a body of an error status says that the evaluation itself failed: the same question fails again. */
    static boolean isEvaluationFault(byte[] body) {
        try {
            for (JsonNode error : StrictJson.read(body).path("errors")) {
                String code = error.path("code").asText();
                if (code.startsWith("eval_") && !code.equals("eval_cancel_error")) {
                    return true;
                }
            }
            return false;
        } catch (MalformedJsonException e) {
            return false; // not OPA's own words
        }
    }

    Optional<JsonNode> value() {
        return Optional.ofNullable(result);
    }
}
