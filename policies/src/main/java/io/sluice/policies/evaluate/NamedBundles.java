package io.sluice.policies.evaluate;

import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Candidate;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import io.sluice.policies.verify.BundleVerifier;
import io.sluice.policies.verify.InForce;
import io.sluice.policies.verify.VerifiedBundle;
import io.sluice.policies.verify.Widening;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bundles that an activation names, each verified for what it does there (promise P9). The active one and the canary
 * decide: signed, approved, in their time, newer than what is in force, unless an activation with a rollout keeps that. A
 * shadow is asked and decides nothing: it is signed by a trusted key, which is what keeps strangers' code out of the rooms;
 * approvals and time are for what releases. Immutable.
 *
 * @param active the active revision
 * @param canary what decides a share of the subjects; null for none
 * @param shadow what is only asked; null for none
 */
public record NamedBundles(
        VerifiedBundle active,
        @Nullable VerifiedBundle canary,
        @Nullable VerifiedBundle shadow) {
    /** Most openings that a refusal lists. */
    private static final int MAX_LINES = 20;

    /** @throws BundleRefusedException saying what is wrong with which */
    static NamedBundles verify(Activation activation, Standing standing, InForce inForce, BundleVerifier verifier) {
        VerifiedBundle active = active(activation, standing, inForce, verifier);
        if (activation.isFloor()) {
            requireOpensNothing("The floor", inForce.bundle(), active);
        }
        VerifiedBundle canary = activation
                .canary()
                .map(named -> canary(activation, named.candidate(), standing, inForce, verifier))
                .orElse(null);
        VerifiedBundle shadow = activation
                .shadow()
                .map(named -> requireNamed(activation, named, verifier.open(standing.archive(named.bundle()))))
                .orElse(null);
        return new NamedBundles(active, canary, shadow);
    }

    /** All of them. */
    List<VerifiedBundle> all() {
        return Stream.of(active, canary, shadow).filter(Objects::nonNull).toList();
    }

    /** Those that decide. */
    List<VerifiedBundle> deciding() {
        return Stream.of(active, canary).filter(Objects::nonNull).toList();
    }

    private static VerifiedBundle active(
            Activation activation, Standing standing, InForce inForce, BundleVerifier verifier) {
        VerifiedBundle before = inForce.bundle();
        if (activation.rollout() == null || before == null || !before.digest().equals(activation.bundle())) {
            return requireNamed(
                    activation,
                    activation.active(),
                    approved(activation, activation.active(), standing, inForce, verifier));
        }
        if (!before.metadata().inForce(activation.issued())) {
            throw new BundleRefusedException(
                    Code.TIME,
                    "Revision " + before.revision() + " cannot be kept: its time was over at " + activation.issued());
        }
        return requireNamed(activation, activation.active(), before);
    }

    /** Opening something to a share of the subjects is a disclosure like any other; so a canary only closes. */
    private static VerifiedBundle canary(
            Activation activation, Candidate named, Standing standing, InForce inForce, BundleVerifier verifier) {
        VerifiedBundle before = inForce.bundle();
        if (before == null || !before.digest().equals(activation.bundle())) {
            throw new BundleRefusedException(
                    Code.ACTIVATION,
                    "Activation " + activation.number() + " has a canary beside a revision that is not in force");
        }
        VerifiedBundle canary =
                requireNamed(activation, named, approved(activation, named, standing, inForce, verifier));
        if (canary.metadata().expires().isBefore(before.metadata().expires())) {
            throw new BundleRefusedException(
                    Code.TIME,
                    "The canary, revision " + canary.revision() + ", expires at "
                            + canary.metadata().expires() + ", before revision " + before.revision()
                            + ", which is in force: build it with a later end");
        }
        requireOpensNothing("The canary", before, canary);
        return canary;
    }

    private static void requireOpensNothing(String what, @Nullable VerifiedBundle before, VerifiedBundle after) {
        if (before == null) {
            throw new BundleRefusedException(Code.WIDENS, what + " opens everything: no revision is in force");
        }
        List<String> lines = Widening.of(before, after).lines();
        if (!lines.isEmpty()) {
            throw new BundleRefusedException(
                    Code.WIDENS,
                    what + ", revision " + after.revision() + ", opens or may open what revision " + before.revision()
                            + " keeps closed:\n  "
                            + lines.stream().limit(MAX_LINES).collect(Collectors.joining("\n  "))
                            + (lines.size() > MAX_LINES ? "\n  and " + (lines.size() - MAX_LINES) + " more" : ""));
        }
    }

    private static VerifiedBundle approved(
            Activation activation, Candidate named, Standing standing, InForce inForce, BundleVerifier verifier) {
        return verifier.verify(
                standing.archive(named.bundle()), standing.approvals(named.bundle()), inForce, activation.issued());
    }

    private static VerifiedBundle requireNamed(Activation activation, Candidate named, VerifiedBundle bundle) {
        if (bundle.revision() != named.revision() || !bundle.digest().equals(named.bundle())) {
            throw new BundleRefusedException(
                    Code.ACTIVATION,
                    "Activation " + activation.number() + " names another revision or digest than its bundle has");
        }
        return bundle;
    }
}
