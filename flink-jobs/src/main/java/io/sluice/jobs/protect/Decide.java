package io.sluice.jobs.protect;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.event.Tags;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Producer;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the policy of the activation that the gateway sealed into the record, whatever is in force by now (P9); of a record
 * that was sent again, that of the activation then in force; unless a floor lies under it, which may only close more. The question holds tags and choices only, no value of the
 * payload (P5).
 */
final class Decide {
    /** The answer. */
    sealed interface Result {
        /** There is one. */
        record Decided(DecidedRecord record) implements Result {}

        /**
         * There is none: quarantined for all.
         *
         * @param dataset the dataset, where the rulebook was at hand and has it
         * @param chosen which policy was to decide; null where none was found
         */
        record Undecided(ReasonCode reason, @Nullable Dataset dataset, Ruling.@Nullable Decides chosen)
                implements Result {}
    }

    private final Policies policies;

    Decide(Policies policies) {
        this.policies = policies;
    }

    Result decide(OpenedRecord opened, StandingChoices choices) throws InterruptedException {
        Tags tags = opened.tags();
        Ruling ruling = policies.choose(opened.activation(), tags);
        if (ruling == Ruling.None.UNKNOWN) {
            return new Result.Undecided(ReasonCode.POLICY_UNAVAILABLE, null, null);
        }
        if (isSuperseded(opened)) {
            return new Result.Undecided(ReasonCode.POLICY_SUPERSEDED, null, null);
        }
        if (!(ruling instanceof Ruling.Decides chosen)) {
            return new Result.Undecided(ReasonCode.FLOOR_CONFLICT, null, null);
        }
        PolicyInForce policy = chosen.policy();
        Dataset dataset = policy.rulebook().datasets().get(tags.dataset());
        Producer producer = policy.rulebook().producers().get(tags.producer());
        if (dataset == null || producer == null) {
            return new Result.Undecided(ReasonCode.DATASET_UNKNOWN, dataset, chosen);
        }
        ReleaseInput input = input(
                day(opened),
                tags,
                dataset,
                producer,
                choices.declared(policy.rulebook().purposes()::containsKey));
        try {
            Optional<Decision> decision = policy.decide(input);
            return decision.isEmpty()
                    ? new Result.Undecided(ReasonCode.DECISION_INVALID, dataset, chosen)
                    : new Result.Decided(
                            new DecidedRecord(opened, dataset, policy, chosen.activation(), input, decision.get()));
        } catch (PolicyUnavailableException e) {
            Faults.log("decide", opened.sealed(), e);
            return new Result.Undecided(ReasonCode.POLICY_UNAVAILABLE, dataset, chosen);
        } catch (RuntimeException e) {
            Faults.log("decide", opened.sealed(), e);
            return new Result.Undecided(ReasonCode.DECISION_INVALID, dataset, chosen); // fail closed (P1)
        }
    }

    private boolean isSuperseded(OpenedRecord opened) {
        return opened.requeue() != null
                && (opened.activation() < opened.tags().activation()
                        || !policies.wasCurrent(opened.activation(), appended(opened)));
    }

    /** What is sent again leaves when it is sent again: an agreement that has ended since is no ground for it. */
    private static LocalDate day(OpenedRecord opened) {
        Instant decided = opened.requeue() == null ? opened.tags().received() : appended(opened);
        return LocalDate.ofInstant(decided, ZoneOffset.UTC);
    }

    private static Instant appended(OpenedRecord opened) {
        return Instant.ofEpochMilli(opened.sealed().appendedMs());
    }

    private static ReleaseInput input(
            LocalDate day, Tags tags, Dataset dataset, Producer producer, StandingChoices choices) {
        return new ReleaseInput(
                day,
                dataset.id(),
                dataset.controller(),
                producer.id(),
                producer.org(),
                tags.purpose(),
                tags.subjectRegion(),
                choices.consents(),
                choices.objections(),
                choices.blocked(),
                tags.attributes());
    }
}
