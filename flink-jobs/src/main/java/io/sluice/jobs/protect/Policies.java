package io.sluice.jobs.protect;

import io.sluice.core.event.Tags;
import java.time.Instant;
import java.util.Optional;

/** What this JVM knows of {@code policy.bundles}. Thread-safe. */
interface Policies {
    /**
     * The policy of an activation. Where it is not known yet, waits for it up to the limit: back-pressure.
     *
     * @return empty where it did not come
     */
    Optional<PolicyInForce> activation(long number) throws InterruptedException;

    /**
     * Which policy decides a record: that of its activation or the canary's, a function of activation and record alone, so
     * that it is the same on every replay; unless a floor lies under it, which acts as it is learnt (promise P9).
     *
     * @param activation the record's own, or that of a further attempt
     */
    default Ruling choose(long activation, Tags tags) throws InterruptedException {
        return activation(activation)
                .<Ruling>map(policy -> new Ruling.Decides(policy, activation))
                .orElse(Ruling.None.UNKNOWN);
    }

    /**
     * Whether a record could be stamped with an activation at that time, for all that is known. The gateway's seal fixes the
     * activation of a record; that of a requeue is a word of whoever sent it, who must not choose among the old ones.
     */
    boolean wasCurrent(long number, Instant at);
}
