package io.sluice.core.decision;

import org.jspecify.annotations.Nullable;

/**
 * What an activation does beyond putting a revision in force. Immutable.
 *
 * @param canary a revision that decides a share of the subjects in place of the active one; null for none
 * @param shadow a revision that is asked too and decides nothing; null for none
 * @param floor whether records that were stamped before are decided under the active revision too
 * @param returned the canary of the activation before it that it takes back; null for one that is not the return of a canary
 */
public record Rollout(
        @Nullable Canary canary,
        @Nullable Candidate shadow,
        boolean floor,
        @Nullable Candidate returned) {
    /** The active revision alone: it ends what was beside it. */
    public static final Rollout NONE = new Rollout(null, null, false);

    /** One that is not the return of a canary. */
    public Rollout(@Nullable Canary canary, @Nullable Candidate shadow, boolean floor) {
        this(canary, shadow, floor, null);
    }

    public Rollout {
        if (canary != null && floor) {
            throw new IllegalArgumentException("a floor is for all records; it has no canary beside it");
        }
        if (returned != null && (canary != null || floor)) {
            throw new IllegalArgumentException(
                    "the return of a canary keeps what stood; it has no canary and no floor");
        }
    }
}
