package io.sluice.audit.access;

import io.sluice.core.decision.AccessInput;
import io.sluice.core.decision.Reason;
import io.sluice.policies.evaluate.ActivePolicy;

/** Whether somebody may read. */
public sealed interface Admission {
    /**
     * They may.
     *
     * @param reader reader id of the rulebook
     * @param policy the revision that says so
     * @param input what it was asked
     * @param reason the grant
     */
    record Granted(String reader, ActivePolicy policy, AccessInput input, Reason reason) implements Admission {}

    /**
     * They may not.
     *
     * @param reader reader id; {@link ReaderDesk#UNKNOWN} for somebody whom the rulebook does not know
     * @param code the policy's, as {@code not-granted}
     */
    record Refused(String reader, String code) implements Admission {}

    /**
     * Nobody can say, so they may not now.
     *
     * @param why in words
     */
    record Unavailable(String why) implements Admission {}
}
