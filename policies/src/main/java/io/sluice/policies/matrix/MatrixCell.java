package io.sluice.policies.matrix;

import io.sluice.core.decision.FieldRule;
import java.util.List;

/**
 * One cell: a field of a dataset for a recipient that gets views of it.
 *
 * @param dataset dataset id
 * @param recipient recipient id
 * @param classes classes of the field in the catalog
 * @param rule pattern, transform with parameters, and the rule that decided
 */
public record MatrixCell(String dataset, String recipient, List<String> classes, FieldRule rule) {
    public MatrixCell {
        classes = List.copyOf(classes);
    }
}
