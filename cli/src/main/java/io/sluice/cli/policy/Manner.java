package io.sluice.cli.policy;

import io.sluice.cli.CommandFailure;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.core.decision.Rollout;
import io.sluice.policies.evaluate.NamedBundles;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a bundle is activated. Immutable. */
public sealed interface Manner {
    /** It decides all that is stamped from now on. */
    Manner WHOLE = new Active(false);

    /** It decides what was stamped before too. */
    Manner FLOOR = new Active(true);

    /** The activation to issue. @param before the newest one that stands in the topic */
    Activation activation(Candidate named, Optional<Activation> before, long number, String tenant, Instant issued);

    /** The bundle among those that the activation names. */
    VerifiedBundle of(NamedBundles named);

    /** What the entry says of it. */
    Map<String, Object> detail(Activation activation);

    /** As the active revision. @param floor whether for what was stamped before too */
    record Active(boolean floor) implements Manner {
        @Override
        public Activation activation(
                Candidate named, Optional<Activation> before, long number, String tenant, Instant issued) {
            return new Activation(number, named.bundle(), named.revision(), tenant, issued, rollout(named, before));
        }

        /** To name the active revision again ends what stands beside it. */
        private @Nullable Rollout rollout(Candidate named, Optional<Activation> before) {
            if (floor) {
                return new Rollout(null, null, true);
            }
            boolean ends = before.filter(last -> last.active().equals(named))
                    .filter(last -> last.canary().isPresent() || last.shadow().isPresent())
                    .isPresent();
            return ends ? Rollout.NONE : null;
        }

        @Override
        public VerifiedBundle of(NamedBundles named) {
            return named.active();
        }

        @Override
        public Map<String, Object> detail(Activation activation) {
            return floor ? Map.of("floor", true) : Map.of();
        }
    }

    /**
     * For a share of the subjects; a shadow goes on.
     *
     * @param shareBasisPoints hundredths of a percent
     * @param returnAt when it goes back by itself
     */
    record ToShare(int shareBasisPoints, ReturnLimit returnAt) implements Manner {
        /** With the default of when it goes back. */
        public ToShare(int shareBasisPoints) {
            this(shareBasisPoints, ReturnLimit.DEFAULT);
        }

        @Override
        public Activation activation(
                Candidate named, Optional<Activation> before, long number, String tenant, Instant issued) {
            Activation last = before.orElseThrow(() -> new CommandFailure(
                    "No revision is in force, which a canary would stand beside; activate it whole"));
            Rollout rollout = new Rollout(
                    new Canary(named, shareBasisPoints, returnAt), last.shadow().orElse(null), false);
            return new Activation(number, last.bundle(), last.revision(), tenant, issued, rollout);
        }

        @Override
        public VerifiedBundle of(NamedBundles named) {
            return Objects.requireNonNull(named.canary(), "an activation with a canary was verified with it");
        }

        @Override
        public Map<String, Object> detail(Activation activation) {
            Candidate canary = activation.canary().orElseThrow().candidate();
            Map<String, Object> detail = Map.of(
                    "bundle", canary.bundle(),
                    "revision", canary.revision(),
                    "shareBasisPoints", shareBasisPoints,
                    "returnAt",
                            Map.of(
                                    "excessBasisPoints", returnAt.excessBasisPoints(),
                                    "records", returnAt.records()));
            return Map.of("canary", detail);
        }
    }
}
