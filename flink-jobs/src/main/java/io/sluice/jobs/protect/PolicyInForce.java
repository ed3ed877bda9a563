package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.policies.evaluate.PolicyUnavailableException;
import java.util.Optional;

/** A verified policy under one activation, as the function asks it. Thread-safe. */
interface PolicyInForce {
    /** Its revision. */
    long revision();

    /** SHA-256 of its bundle, hex. */
    String bundle();

    /** The rulebook that it was built from. */
    Rulebook rulebook();

    /** Whether some view of it looks inside texts. */
    boolean looksInside();

    /**
     * Its answer for all recipients. Where its engine is not reached, waits for it up to the limit: back-pressure.
     *
     * @return empty where the answer is undefined or malformed, which means deny
     * @throws PolicyUnavailableException where the engine did not come back in time
     */
    Optional<Decision> decide(ReleaseInput input) throws InterruptedException;
}
