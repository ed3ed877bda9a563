package io.sluice.core.decision;

import io.sluice.core.rulebook.FieldPattern;
import io.sluice.core.rulebook.TransformSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What happens to the fields of one pattern.
 *
 * @param pattern which fields
 * @param transform what is done
 * @param rule id of the rule of the rulebook that says so
 */
public record FieldRule(FieldPattern pattern, TransformSpec transform, String rule) {
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pattern", pattern.text());
        json.put("transform", transform.name());
        json.put("params", transform.params());
        json.put("rule", rule);
        return json;
    }
}
