package io.sluice.policies.evaluate;

import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.List;

/**
 * An activation that a room accepted. Immutable.
 *
 * @param signed what was issued
 * @param named the bundles that it names, verified
 * @param approvedBy the officers whose approvals of the active one counted, sorted
 */
record Accepted(SignedActivation signed, NamedBundles named, List<String> approvedBy) {
    Accepted {
        approvedBy = List.copyOf(approvedBy);
    }

    /** The active one. */
    VerifiedBundle bundle() {
        return named.active();
    }
}
