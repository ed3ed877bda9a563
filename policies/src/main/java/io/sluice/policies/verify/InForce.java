package io.sluice.policies.verify;

import io.sluice.policies.approve.Approvers;

/**
 * What a bundle has to be newer than, and whose approval it needs.
 *
 * @param revision the revision in force, 0 before the first
 * @param approvers who approves the next one
 */
public record InForce(long revision, Approvers approvers) {
    /** Before the first revision: the pinned root decides. */
    public static InForce nothing(TrustRoot root) {
        return new InForce(0, root.approvers());
    }

    /** While a bundle is in force. One that names no approvers leaves the pinned root in charge. */
    public static InForce of(VerifiedBundle bundle, TrustRoot root) {
        Approvers named = bundle.approvers();
        return new InForce(bundle.metadata().revision(), named.officers().isEmpty() ? root.approvers() : named);
    }
}
