package io.sluice.policies.verify;

import io.sluice.policies.approve.Approvers;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle has to be newer than, and whose approval it needs.
 *
 * @param revision the revision in force, 0 before the first
 * @param approvers who approves the next one
 * @param bundle the revision in force, null before the first: what the next one opens is measured by it
 */
public record InForce(
        long revision, Approvers approvers, @Nullable VerifiedBundle bundle) {
    /** Before the first revision: the pinned root decides. */
    public static InForce nothing(TrustRoot root) {
        return new InForce(0, root.approvers(), null);
    }

    /** While a bundle is in force. One that names no approvers leaves the pinned root in charge. */
    public static InForce of(VerifiedBundle bundle, TrustRoot root) {
        Approvers named = bundle.approvers();
        return new InForce(bundle.metadata().revision(), named.officers().isEmpty() ? root.approvers() : named, bundle);
    }
}
