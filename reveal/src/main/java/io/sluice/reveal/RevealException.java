package io.sluice.reveal;

/** The service cannot be started: a port is taken or a file cannot be used. Names the setting. */
public final class RevealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RevealException(String message, Throwable cause) {
        super(message, cause);
    }
}
