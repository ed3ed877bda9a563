package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RevealDecision;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns the answer of {@link Entrypoint#REVEAL} into a decision, strictly. */
final class RevealReader {
    private static final Set<String> MEMBERS = Set.of("allow", "rule", "clause", "legal", "reviewWithinHours");
    private static final int MAX_REVIEW_HOURS = 720;

    private RevealReader() {}

    /** @throws DecisionInvalidException if it is no decision */
    static RevealDecision read(JsonNode answer) {
        JsonNode allow = answer.path("allow");
        if (!allow.isBoolean()) {
            throw new DecisionInvalidException("The policy's answer does not say whether it allows");
        }
        if (!allow.booleanValue()) {
            return new RevealDecision.Denied(text(answer, "code"));
        }
        answer.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw new DecisionInvalidException("The policy's answer holds a member that is not known");
            }
        });
        SortedMap<String, String> legal = new TreeMap<>();
        answer.path("legal").fieldNames().forEachRemaining(name -> legal.put(name, text(answer.path("legal"), name)));
        return new RevealDecision.Allowed(
                new Reason(text(answer, "rule"), text(answer, "clause")),
                legal,
                hours(answer.path("reviewWithinHours")));
    }

    private static int hours(JsonNode json) {
        if (json.isMissingNode()) {
            return 0;
        }
        if (!json.isInt() || json.intValue() < 1 || json.intValue() > MAX_REVIEW_HOURS) {
            throw new DecisionInvalidException("reviewWithinHours is 1 to " + MAX_REVIEW_HOURS);
        }
        return json.intValue();
    }

    private static String text(JsonNode json, String name) {
        if (!json.path(name).isTextual()) {
            throw new DecisionInvalidException("The policy's answer lacks '" + name + "'");
        }
        return json.get(name).textValue();
    }
}
