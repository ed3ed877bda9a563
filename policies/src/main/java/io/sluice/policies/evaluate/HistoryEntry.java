package io.sluice.policies.evaluate;

import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One activation of {@code policy.bundles} and what became of it. Immutable.
 *
 * @param signed what was issued
 * @param bundle what it put in force; null where it was refused, or waits
 * @param approvedBy the officers whose approvals counted, sorted
 * @param refusal why it was refused; null where it was not
 * @param state what it is at the instant that was asked for
 */
public record HistoryEntry(
        SignedActivation signed,
        @Nullable VerifiedBundle bundle,
        List<String> approvedBy,
        @Nullable BundleRefusedException refusal,
        State state) {
    /** What an activation is at an instant. */
    public enum State {
        /** Records are stamped with it. */
        IN_FORCE,
        /** Accepted; its time has not come. */
        UPCOMING,
        /** The newest whose time has come, and that is over: nothing is accepted until a newer one. */
        EXPIRED,
        /** A newer one took over; records that were stamped with it keep it. */
        SUPERSEDED,
        /** Not accepted; it changed nothing. */
        REFUSED,
        /** Its bundle or approvals are not in the topic. */
        WAITING
    }

    public HistoryEntry {
        approvedBy = List.copyOf(approvedBy);
    }

    /** The state of an accepted activation. @param newest whether no accepted one whose time has come is newer */
    static State accepted(VerifiedBundle bundle, Instant now, boolean newest) {
        if (now.isBefore(bundle.metadata().notBefore())) {
            return State.UPCOMING;
        }
        if (!newest) {
            return State.SUPERSEDED;
        }
        return bundle.metadata().inForce(now) ? State.IN_FORCE : State.EXPIRED;
    }
}
