package io.sluice.jobs.protect;

import java.util.Optional;

/** What this JVM knows of {@code policy.bundles}. Thread-safe. */
interface Policies {
    /**
     * The policy of an activation. Where it is not known yet, waits for it up to the limit: back-pressure.
     *
     * @return empty where it did not come
     */
    Optional<PolicyInForce> activation(long number) throws InterruptedException;
}
