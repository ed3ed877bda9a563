package io.sluice.policies.matrix;

import io.sluice.core.decision.Disposition;
import io.sluice.core.decision.RecipientDecision;
import java.util.List;

/**
 * One answer of the policy, and when it gives it.
 *
 * @param decision what the recipient gets: disposition, plan, legal ground, reasons
 * @param when the circumstances that lead to it, sorted; never empty
 */
public record MatrixCase(RecipientDecision decision, List<Circumstance> when) {
    public MatrixCase {
        when = when.stream().sorted().toList();
    }

    /** Whether a view goes out. */
    public boolean released() {
        return decision.disposition() == Disposition.RELEASE;
    }
}
