package io.sluice.policies.evaluate;

import io.sluice.core.decision.Activation;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.Approvers;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.TrustRoot;
import io.sluice.policies.verify.VerifiedBundle;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Judges an activation by what was accepted before it and after it in number, whenever that came (promise P9): the same for
 * rooms, for officers who want to know before they publish, and for whoever asks what stands in the topic. It remembers
 * nothing; the store guards the map.
 */
final class ActivationJudge {
    private final TrustRoot root;
    private final BundleVerifier verifier;
    private final NavigableMap<Long, Accepted> accepted;

    /**
     * @param root what the room pins
     * @param accepted what was accepted so far, by number; only read
     */
    ActivationJudge(TrustRoot root, NavigableMap<Long, Accepted> accepted) {
        this.root = root;
        this.verifier = new BundleVerifier(root);
        this.accepted = accepted;
    }

    /** What the activation of a number has to be newer than, and whose signature and approvals it needs. */
    InForce inForceBefore(long number) {
        Map.Entry<Long, Accepted> before = accepted.lowerEntry(number);
        return before == null
                ? InForce.nothing(root)
                : InForce.of(before.getValue().bundle(), root);
    }

    /**
     * Judges one whose bundles and approvals are all there.
     *
     * @throws BundleRefusedException saying why it is not accepted
     */
    Accepted judge(SignedActivation signed, Standing standing) {
        Activation activation = signed.activation();
        long number = activation.number();
        InForce inForce = inForceBefore(number);
        if (!activation.tenant().equals(root.tenant())) {
            throw new BundleRefusedException(Code.TENANT, "Activation " + number + " is for another tenant");
        }
        if (!signed.issuedBy(inForce.approvers())) {
            throw new BundleRefusedException(
                    Code.ACTIVATION, "Activation " + number + " is not signed by an officer of the revision in force");
        }
        requireItsNumber(signed);
        NamedBundles named = NamedBundles.verify(activation, standing, inForce, verifier);
        requireOrder(activation, named);
        return new Accepted(signed, named, approvedBy(activation, standing, inForce.approvers()));
    }

    /** Whether what takes a canary back has to wait for the activation that carries it. */
    boolean awaits(Activation activation) {
        return activation.returned().isPresent() && !accepted.containsKey(activation.number() - 1);
    }

    /** The number behind a canary that returns by itself is kept for its return, whose bytes were signed with it. */
    private void requireItsNumber(SignedActivation signed) {
        Activation activation = signed.activation();
        Accepted before = accepted.get(activation.number() - 1);
        SignedActivation kept =
                before == null ? null : before.signed().comingBack().orElse(null);
        if (kept != null && !kept.equals(signed)) {
            throw new BundleRefusedException(
                    Code.ACTIVATION,
                    "Activation " + activation.number() + " is not the return of the canary before it, for which the"
                            + " number is kept");
        }
        if (kept == null && activation.returned().isPresent()) {
            throw new BundleRefusedException(
                    Code.ACTIVATION,
                    "Activation " + activation.number() + " takes back a canary that the one before it does not carry");
        }
    }

    /** What is accepted later must not have been overtaken: revisions rise with the numbers, and each is one bundle. */
    private void requireOrder(Activation activation, NamedBundles named) {
        Map.Entry<Long, Accepted> after = accepted.higherEntry(activation.number());
        if (after != null && !mayFollow(after.getValue(), named.active())) {
            throw new BundleRefusedException(
                    Code.REVISION,
                    "Activation " + activation.number() + " is older than one that is in force, with a newer revision");
        }
        for (VerifiedBundle bundle : named.deciding()) {
            for (Accepted other : accepted.values()) {
                other.named().deciding().stream()
                        .filter(known -> known.revision() == bundle.revision())
                        .filter(known -> !known.digest().equals(bundle.digest()))
                        .findFirst()
                        .ifPresent(known -> {
                            throw new BundleRefusedException(
                                    Code.REVISION,
                                    "Revision " + bundle.revision() + " is another bundle already, " + known.digest()
                                            + "; build it anew with a newer number");
                        });
            }
        }
    }

    private static boolean mayFollow(Accepted after, VerifiedBundle bundle) {
        return after.bundle().revision() > bundle.revision()
                || after.signed().activation().rollout() != null
                        && after.bundle().digest().equals(bundle.digest());
    }

    /** Of a revision that is kept, nobody has read the approvals before. */
    private List<String> approvedBy(Activation activation, Standing standing, Approvers approvers) {
        try {
            return Approvals.of(standing.approvals(activation.bundle())).approvedBy(approvers, root.tenant());
        } catch (IllegalArgumentException e) {
            throw new BundleRefusedException(
                    Code.APPROVALS,
                    "The approvals of revision " + activation.revision() + " cannot be read: " + e.getMessage());
        }
    }
}
