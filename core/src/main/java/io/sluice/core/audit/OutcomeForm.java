package io.sluice.core.audit;

import io.sluice.core.encoding.CanonicalTemplate;
import io.sluice.core.encoding.CanonicalWriter;
import java.util.Objects;

/** The form of outcomes that differ in their view's id and counts alone: the rest is encoded once. Immutable. */
final class OutcomeForm {
    private final RecipientOutcome first;
    private final CanonicalTemplate template;

    /** The form of an outcome and of all that are like it. */
    OutcomeForm(RecipientOutcome first) {
        this.first = first;
        this.template = first.isReleased()
                ? CanonicalTemplate.of(
                        first.toJson(CanonicalTemplate.HOLE, CanonicalTemplate.HOLE, CanonicalTemplate.HOLE), 3)
                : CanonicalTemplate.of(first.toJson(), 0);
    }

    boolean isOf(RecipientOutcome outcome) {
        return first.isLike(outcome);
    }

    /** Writes an outcome of this form. */
    void write(RecipientOutcome outcome, CanonicalWriter out) {
        out.raw(template.part(0));
        if (outcome.isReleased()) {
            outcome.writePatterns(out);
            out.raw(template.part(1))
                    .string(Objects.requireNonNull(outcome.releasedId(), "a released outcome has an id"))
                    .raw(template.part(2))
                    .integer(outcome.undeclared())
                    .raw(template.part(3));
        }
    }
}
