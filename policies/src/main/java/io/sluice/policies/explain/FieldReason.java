package io.sluice.policies.explain;

import io.sluice.core.decision.FieldRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why the fields of one pattern got what they got.
 *
 * @param rule pattern, transform and rule
 * @param classes classes of the field
 * @param because the rule in words
 * @param clause the clause it rests on, empty where the rulebook names none
 */
public record FieldReason(FieldRule rule, List<String> classes, String because, String clause) {
    public FieldReason {
        classes = List.copyOf(classes);
    }

    /** The JSON object. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", rule.pattern().text());
        json.put("classes", classes);
        json.put("transform", rule.transform().toString());
        json.put("rule", rule.rule());
        json.put("because", because);
        json.put("clause", clause);
        return json;
    }
}
