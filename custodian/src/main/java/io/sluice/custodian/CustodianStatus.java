package io.sluice.custodian;

import java.time.Instant;
import java.util.Optional;

/**
 * How a custodian is doing.
 *
 * @param state what it does
 * @param announced when the revisions in force were last announced; empty where they were not yet
 * @param failure why it does not run; empty where it runs
 */
public record CustodianStatus(State state, Optional<Instant> announced, Optional<String> failure) {
    /** States of a custodian. */
    public enum State {
        /** Opening the trees, or connecting. */
        STARTING,
        /** Every heartbeat is announced. */
        RUNNING,
        /** A fault that may pass; it tries again. Leases that run are not renewed meanwhile. */
        RETRYING,
        /** Closed. */
        CLOSED
    }
}
