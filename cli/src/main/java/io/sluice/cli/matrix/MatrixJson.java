package io.sluice.cli.matrix;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Reason;
import io.sluice.core.decision.RecipientDecision;
import io.sluice.policies.matrix.Circumstance;
import io.sluice.policies.matrix.MatrixCase;
import io.sluice.policies.matrix.MatrixRow;
import io.sluice.policies.matrix.PolicyMatrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The matrix as JSON: every answer of the policy, and when it gives it. Stateless. */
public final class MatrixJson {
    private MatrixJson() {}

    /** {@code {day, rows: [{dataset, recipient, cases: [...]}]}}. */
    public static Map<String, Object> of(PolicyMatrix matrix) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("day", matrix.day().toString());
        json.put("rows", matrix.all().stream().map(MatrixJson::row).toList());
        return json;
    }

    private static Map<String, Object> row(MatrixRow row) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dataset", row.dataset());
        json.put("recipient", row.recipient());
        json.put("cases", row.cases().stream().map(MatrixJson::one).toList());
        return json;
    }

    private static Map<String, Object> one(MatrixCase one) {
        RecipientDecision decision = one.decision();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("disposition", decision.disposition().code());
        json.put("reasons", decision.reasons().stream().map(Reason::toJson).toList());
        if (decision.legal() != null) {
            json.put("legal", decision.legal().toJson());
        }
        if (decision.plan() != null) {
            json.put("plan", decision.planDigest());
            json.put("fields", fields(decision.plan().fields()));
        }
        json.put("when", one.when().stream().map(MatrixJson::circumstance).toList());
        return json;
    }

    private static Map<String, Object> fields(List<FieldRule> rules) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (FieldRule rule : rules) {
            Map<String, Object> cell = new LinkedHashMap<>();
            cell.put("transform", rule.transform().name());
            cell.put("params", rule.transform().params());
            cell.put("rule", rule.rule());
            json.put(rule.pattern().text(), cell);
        }
        return json;
    }

    private static Map<String, Object> circumstance(Circumstance circumstance) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("producer", circumstance.producer());
        json.put("purpose", circumstance.purpose());
        json.put("choice", circumstance.choice().code());
        if (circumstance.region() != null) {
            json.put("region", circumstance.region());
        }
        if (!circumstance.attributes().isEmpty()) {
            json.put("attributes", circumstance.attributes());
        }
        return json;
    }
}
