package io.sluice.policies.evaluate;

import io.sluice.policies.PolicyException;

/** The policy gave no answer to a release question, or one that is not a decision. The record is quarantined. */
public final class DecisionInvalidException extends PolicyException {
    private static final long serialVersionUID = 1L;

    public DecisionInvalidException(String message) {
        super(message);
    }
}
