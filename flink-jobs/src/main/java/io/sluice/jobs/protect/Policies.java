package io.sluice.jobs.protect;

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
     * Whether a record could be stamped with an activation at that time, for all that is known. The gateway's seal fixes the
     * activation of a record; that of a requeue is a word of whoever sent it, who must not choose among the old ones.
     */
    boolean wasCurrent(long number, Instant at);
}
