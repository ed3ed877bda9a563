package io.sluice.policies.build;

import io.sluice.policies.PolicyException;

/** OPA does not accept the Rego, or is not there to compile what was edited. */
public final class RegoRejectedException extends PolicyException {
    private static final long serialVersionUID = 1L;

    public RegoRejectedException(String message) {
        super(message);
    }
}
