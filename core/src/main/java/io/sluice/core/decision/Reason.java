package io.sluice.core.decision;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Why a decision is as it is.
 *
 * @param rule id of a rule
 * @param clause the clause it rests on, null where none
 */
public record Reason(String rule, @Nullable String clause) {
    /** The JSON object of a decision or entry. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        json.put("rule", rule);
        if (clause != null) {
            json.put("clause", clause);
        }
        return json;
    }
}
