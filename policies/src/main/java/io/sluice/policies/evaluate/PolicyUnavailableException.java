package io.sluice.policies.evaluate;

import io.sluice.policies.PolicyException;

/**
 * The policy engine could not be asked now, and may be able to answer the same question later: it is not reached, or does
 * not hold the revision. Who can wait may ask again, within a limit; nothing is released meanwhile (promise P1).
 */
public final class PolicyUnavailableException extends PolicyException {
    private static final long serialVersionUID = 1L;

    public PolicyUnavailableException(String message) {
        super(message);
    }

    public PolicyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
