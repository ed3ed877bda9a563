package io.sluice.policies.explain;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.Dataset;
import io.sluice.policies.evaluate.ActivePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Says rule by rule why each field of a plan got what it got, in the words of the rulebook that made it. Stateless. */
public final class FieldReasons {
    private static final String DATA_PROTECTION_BY_DEFAULT = "GDPR Art. 25(2)";

    private FieldReasons() {}

    /** Of every pattern of a plan, by pattern. */
    public static List<FieldReason> of(ProtectionPlan plan, ActivePolicy policy) {
        JsonNode rulebook = policy.bundle().document().path("rulebook");
        Dataset dataset = policy.rulebook().datasets().get(plan.dataset());
        List<FieldReason> reasons = new ArrayList<>();
        for (FieldRule rule : plan.fields()) {
            List<String> classes =
                    dataset == null ? List.of() : dataset.fields().getOrDefault(rule.pattern(), List.of());
            reasons.add(reason(rule, classes, plan, rulebook));
        }
        return reasons;
    }

    private static FieldReason reason(FieldRule rule, List<String> classes, ProtectionPlan plan, JsonNode rulebook) {
        String named = String.join(", ", classes);
        return switch (rule.rule()) {
            case "default" ->
                new FieldReason(
                        rule,
                        classes,
                        "no rule for " + plan.recipient() + " opens "
                                + (classes.size() > 1 ? "each of " + named : named.isEmpty() ? "it" : named),
                        DATA_PROTECTION_BY_DEFAULT);
            case "profile" ->
                new FieldReason(
                        rule,
                        classes,
                        "what a protection asks for is more than the ceiling allows for " + named,
                        ceilings(plan, rulebook));
            case "gdpr/art-9" ->
                new FieldReason(
                        rule,
                        classes,
                        named + ": no condition of Art. 9(2) stands at the purpose " + plan.purpose(),
                        "GDPR Art. 9(1), 10");
            case "contradiction", "unknown-transform", "unknown-table" ->
                new FieldReason(
                        rule, classes, "the rules contradict each other or do not read", DATA_PROTECTION_BY_DEFAULT);
            default -> ruled(rule, classes, plan, rulebook);
        };
    }

    /** {@code protection#class} or {@code protection#pattern}; else a rule of the officers' own. */
    private static FieldReason ruled(FieldRule rule, List<String> classes, ProtectionPlan plan, JsonNode rulebook) {
        int hash = rule.rule().indexOf('#');
        String id = hash < 0 ? rule.rule() : rule.rule().substring(0, hash);
        JsonNode protection = rulebook.path("protections").path(id);
        if (hash < 0 || !protection.isObject()) {
            return new FieldReason(rule, classes, "a rule in Rego names it", rule.rule());
        }
        return new FieldReason(
                rule,
                classes,
                "protections/" + id + ".yaml, rule on " + rule.rule().substring(hash + 1),
                protection.has("profile") ? clause(protection, rulebook) : ground(plan, rulebook));
    }

    /** Without a ceiling, the purpose's own ground is what it rests on. */
    private static String ground(ProtectionPlan plan, JsonNode rulebook) {
        JsonNode purpose = rulebook.path("purposes").path(plan.purpose());
        TreeSet<String> grounds = new TreeSet<>();
        for (JsonNode regime : rulebook.path("datasets").path(plan.dataset()).path("regimes")) {
            if (regime.asText().equals("hipaa")) {
                grounds.add(purpose.path("hipaa").path("permission").asText(""));
            } else {
                grounds.add(purpose.path("gdpr6").path("basis").asText(""));
            }
        }
        grounds.remove("");
        return String.join("; ", grounds);
    }

    private static String clause(JsonNode protection, JsonNode rulebook) {
        return rulebook.path("profiles")
                .path(protection.path("profile").asText())
                .path("clause")
                .asText("");
    }

    private static String ceilings(ProtectionPlan plan, JsonNode rulebook) {
        TreeSet<String> clauses = new TreeSet<>();
        for (Map.Entry<String, JsonNode> protection :
                rulebook.path("protections").properties()) {
            JsonNode row = protection.getValue();
            boolean here = false;
            for (JsonNode dataset : row.path("datasets")) {
                here |= dataset.asText().equals(plan.dataset());
            }
            if (here && row.path("recipient").asText().equals(plan.recipient())) {
                clauses.add(clause(row, rulebook));
            }
        }
        clauses.remove("");
        return String.join("; ", clauses);
    }
}
