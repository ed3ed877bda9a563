package io.sluice.core.decision;

/** What {@code sluice/access} answered. Undefined is {@link Denied#UNDEFINED}. */
public sealed interface AccessDecision {
    /**
     * Allowed.
     *
     * @param reason the grant and its clause
     */
    record Allowed(Reason reason) implements AccessDecision {}

    /**
     * Denied.
     *
     * @param code why, as {@code not-granted}
     */
    record Denied(String code) implements AccessDecision {
        /** The answer to everything that the policy does not answer. */
        public static final Denied UNDEFINED = new Denied("denied");
    }
}
