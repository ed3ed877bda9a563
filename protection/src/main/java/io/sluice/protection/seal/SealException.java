package io.sluice.protection.seal;

/**
 * Sealing is not possible now: the key of a new period cannot be had, or the KMS was out of reach for too long. The gateway answers 503 and may try again.
 * The message names no tag and no field.
 */
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SealException(String message) {
        super(message);
    }

    SealException(String message, Throwable cause) {
        super(message, cause);
    }
}
