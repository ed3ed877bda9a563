package io.sluice.jobs.protect;

import io.sluice.core.decision.Decision;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.rulebook.Rulebook;
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

    /** Its answer for all recipients; empty where it is undefined or malformed, which means deny. */
    Optional<Decision> decide(ReleaseInput input);
}
