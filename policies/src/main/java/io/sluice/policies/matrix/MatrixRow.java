package io.sluice.policies.matrix;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.RecipientDecision;
import java.util.List;
import java.util.Optional;

/**
 * What one recipient gets of one dataset.
 *
 * @param dataset dataset id
 * @param recipient recipient id
 * @param cases each different answer once: releases first, those that hold under more circumstances before others; empty where
 *     no producer may post the dataset
 */
public record MatrixRow(String dataset, String recipient, List<MatrixCase> cases) {
    public MatrixRow {
        cases = List.copyOf(cases);
    }

    /** What goes out under most circumstances; empty where nothing ever does. */
    public Optional<RecipientDecision> release() {
        return cases.stream().filter(MatrixCase::released).findFirst().map(MatrixCase::decision);
    }

    /** The rules of what goes out under most circumstances, by pattern; none where nothing ever does. */
    public List<FieldRule> fields() {
        return release()
                .flatMap(decision -> Optional.ofNullable(decision.plan()))
                .map(plan -> plan.fields())
                .orElse(List.of());
    }

    /** The answer under a circumstance; empty where the policy was not asked under it. */
    public Optional<RecipientDecision> under(Circumstance circumstance) {
        return cases.stream()
                .filter(one -> one.when().contains(circumstance))
                .findFirst()
                .map(MatrixCase::decision);
    }
}
