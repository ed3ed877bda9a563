package io.sluice.policies.matrix;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.Legal;
import io.sluice.core.decision.Reason;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.core.rulebook.TransformSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a cell of the matrix says, in words. Stateless. */
public final class Cells {
    /** Parameters that follow from the rulebook's tables, and are as long as these. */
    private static final TreeSet<String> TABLES = new TreeSet<>(List.of("restricted", "vintage"));

    private Cells() {}

    /** Whether a recipient gets something of the field. */
    public static boolean open(FieldRule rule) {
        return rule.transform().kind().compareTo(TransformKind.REDACT) < 0;
    }

    /** As {@code keep} or {@code mask keep-last=4}; what is dropped is a dash. */
    public static String text(FieldRule rule) {
        if (rule.transform().kind() == TransformKind.DROP) {
            return "-";
        }
        String params = params(rule.transform());
        return rule.transform().name() + (params.isEmpty() ? "" : " " + params);
    }

    /** Parameters that an officer wrote, as {@code domain=care epoch=2}. */
    public static String params(TransformSpec transform) {
        List<String> params = new ArrayList<>();
        for (Map.Entry<String, Object> param : transform.params().entrySet()) {
            if (!TABLES.contains(param.getKey())) {
                params.add(param.getKey() + "=" + param.getValue());
            }
        }
        return String.join(" ", params);
    }

    /** The grounds of a release, as {@code payment: 45 CFR 164.506(c)(1)}. */
    public static String ground(Legal legal) {
        List<String> grounds = new ArrayList<>();
        if (legal.gdpr6() != null) {
            grounds.add("GDPR " + legal.gdpr6());
        }
        if (legal.gdpr9() != null) {
            grounds.add("GDPR " + legal.gdpr9());
        }
        if (legal.hipaa() != null) {
            grounds.add(legal.hipaa());
        }
        return legal.purpose() + (grounds.isEmpty() ? "" : " (" + String.join(", ", grounds) + ")");
    }

    /** Rules for which a recipient gets nothing under some circumstance, each once. */
    public static List<String> withheldFor(MatrixRow row) {
        TreeSet<String> rules = new TreeSet<>();
        row.cases().stream()
                .filter(one -> !one.released())
                .forEach(one ->
                        one.decision().reasons().stream().map(Reason::rule).forEach(rules::add));
        return List.copyOf(rules);
    }

    /** How a further release differs from the usual one, as {@code /placedAt: - where channel=phone}. */
    public static List<String> variants(MatrixRow row) {
        List<String> variants = new ArrayList<>();
        List<FieldRule> usual = row.fields();
        for (MatrixCase one : row.cases()) {
            if (!one.released()
                    || one.decision().plan() == null
                    || one.decision().plan().fields().equals(usual)) {
                continue;
            }
            List<FieldRule> fields = one.decision().plan().fields();
            for (int i = 0; i < fields.size(); i++) {
                if (!fields.get(i).equals(usual.get(i))) {
                    variants.add(fields.get(i).pattern().text() + " is " + word(fields.get(i)) + " (rule "
                            + fields.get(i).rule() + "), as of " + one.when().get(0));
                }
            }
        }
        return variants;
    }

    /** As {@link #text}, and {@code drop} by its name. */
    public static String word(FieldRule rule) {
        return rule.transform().kind() == TransformKind.DROP ? "drop" : text(rule);
    }
}
