package io.sluice.policies.engine;

import java.net.URI;
import java.time.Duration;

/**
 * One OPA server, and whether it may be asked now. After a question that timed out it rests, so that a server that hangs
 * takes a fifth of the time at most; one that refuses the connection answers at once and needs no rest. Thread-safe.
 */
final class OpaServer {
    private static final int REST_TIMEOUTS = 4;

    private final URI base;
    private final long restNanos;
    private volatile long restEndsNanos;
    private volatile boolean resting;

    OpaServer(String base, Duration timeout) {
        this.base = URI.create(base);
        this.restNanos = timeout.multipliedBy(REST_TIMEOUTS).toNanos();
    }

    /** The address of a rule, with the revision asked for in the answer. */
    URI data(String path) {
        return URI.create(base + "/v1/data/" + path + "?provenance=true");
    }

    void timedOut(long nowNanos) {
        restEndsNanos = nowNanos + restNanos;
        resting = true;
    }

    void answered() {
        resting = false;
    }

    boolean rests(long nowNanos) {
        return resting && restEndsNanos - nowNanos > 0;
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
