package io.sluice.audit.oidc;

/** The OpenID provider does not answer, or not as one does. Nobody is let in on its word meanwhile. */
public final class ProviderUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    ProviderUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
