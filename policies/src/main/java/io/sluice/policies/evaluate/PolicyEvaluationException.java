package io.sluice.policies.evaluate;

import io.sluice.policies.PolicyException;

/** The policy could not be asked: engine fault, time or size limit. The record is quarantined. */
public final class PolicyEvaluationException extends PolicyException {
    private static final long serialVersionUID = 1L;

    public PolicyEvaluationException(String message) {
        super(message);
    }

    public PolicyEvaluationException(String message, Throwable cause) {
        super(message, cause);
    }
}
