package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Dataset;

/**
 * A record with the answer of its policy.
 *
 * @param opened the record
 * @param dataset its dataset, of the rulebook that decided
 * @param policy the policy that decided
 * @param applied the activation that it decided under: the record's own, or a floor
 * @param input what it was asked
 * @param decision what it answered
 */
record DecidedRecord(
        OpenedRecord opened,
        Dataset dataset,
        PolicyInForce policy,
        long applied,
        ReleaseInput input,
        Decision decision) {
    @Override
    public String toString() {
        return "DecidedRecord[" + opened.sealed().position() + "]";
    }
}
