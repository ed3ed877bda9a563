package io.sluice.cli.client;

/** A request that got no answer, also after its retries. The message names the address, never what was posted. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientException(String message, Throwable cause) {
        super(message, cause);
    }
}
