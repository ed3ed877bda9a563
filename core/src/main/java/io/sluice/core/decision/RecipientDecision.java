package io.sluice.core.decision;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The decision for one recipient.
 *
 * @param recipient recipient id
 * @param disposition release, withhold or quarantine
 * @param plan what is done to the record; present exactly where it is released
 * @param planDigest digest of the plan; present exactly where it is released
 * @param legal on what ground; present where it is released
 * @param reasons why
 */
public record RecipientDecision(
        String recipient,
        Disposition disposition,
        @Nullable ProtectionPlan plan,
        @Nullable String planDigest,
        @Nullable Legal legal,
        List<Reason> reasons) {
    public RecipientDecision {
        Objects.requireNonNull(disposition, "disposition is null");
        reasons = List.copyOf(reasons);
        boolean released = disposition == Disposition.RELEASE;
        if (released != (plan != null) || released != (planDigest != null) || released && legal == null) {
            throw new IllegalArgumentException(
                    "A plan, its digest and a legal ground go with a release, and with nothing else");
        }
    }

    /** A release under a plan. */
    public static RecipientDecision release(ProtectionPlan plan, Legal legal, List<Reason> reasons) {
        return new RecipientDecision(plan.recipient(), Disposition.RELEASE, plan, plan.digest(), legal, reasons);
    }

    /** Nothing is released, for reasons of the rulebook. */
    public static RecipientDecision withhold(String recipient, List<Reason> reasons) {
        return new RecipientDecision(recipient, Disposition.WITHHOLD, null, null, null, reasons);
    }
}
