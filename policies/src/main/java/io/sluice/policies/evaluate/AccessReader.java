package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.AccessDecision;
import io.sluice.core.decision.Reason;
import java.util.Set;

/** Turns the answer of {@link Entrypoint#ACCESS} into a decision, strictly. */
final class AccessReader {
    private static final Set<String> MEMBERS = Set.of("allow", "rule", "clause");

    private AccessReader() {}

    /** @throws DecisionInvalidException if it is no decision */
    static AccessDecision read(JsonNode answer) {
        JsonNode allow = answer.path("allow");
        if (!allow.isBoolean()) {
            throw new DecisionInvalidException("The policy's answer does not say whether it allows");
        }
        if (!allow.booleanValue()) {
            return new AccessDecision.Denied(text(answer, "code"));
        }
        answer.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw new DecisionInvalidException("The policy's answer holds a member that is not known");
            }
        });
        return new AccessDecision.Allowed(new Reason(text(answer, "rule"), text(answer, "clause")));
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new DecisionInvalidException("The policy's answer lacks '" + name + "'");
        }
        return json.get(name).textValue();
    }
}
