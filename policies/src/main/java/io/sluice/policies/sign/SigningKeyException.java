package io.sluice.policies.sign;

import io.sluice.policies.PolicyException;

/** A file of a signing key cannot be used; the message names the file and what to do, never what it holds. */
public final class SigningKeyException extends PolicyException {
    private static final long serialVersionUID = 1L;

    SigningKeyException(String message) {
        super(message);
    }

    SigningKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
