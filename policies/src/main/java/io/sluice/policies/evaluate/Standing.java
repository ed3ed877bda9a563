package io.sluice.policies.evaluate;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import java.util.Map;
import java.util.Objects;

/** What stands in the topic, by digest. */
record Standing(Map<String, byte[]> bundles, Map<String, byte[]> over) {
    byte[] archive(String digest) {
        return Objects.requireNonNull(bundles.get(digest), "it was asked before");
    }

    byte[] approvals(String digest) {
        return Objects.requireNonNull(over.get(digest), "it was asked before");
    }

    /** Whether all that an activation names is there; a shadow's approvals are nobody's concern. */
    boolean hasAll(Activation activation) {
        return isApproved(activation.active())
                && activation
                        .canary()
                        .map(Canary::candidate)
                        .filter(canary -> !isApproved(canary))
                        .isEmpty()
                && activation
                        .shadow()
                        .filter(shadow -> !bundles.containsKey(shadow.bundle()))
                        .isEmpty();
    }

    private boolean isApproved(Candidate named) {
        return bundles.containsKey(named.bundle()) && over.containsKey(named.bundle());
    }
}
