package io.sluice.certs;

import static java.util.Objects.requireNonNull;

/** A development PKI that could not be made, read or kept private. Messages name files, never key bytes. */
public final class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it failed. */
    public enum Code {
        /** Owner-only access cannot be set on this file system, or somebody else may read a private key. */
        NOT_PRIVATE,
        /** The folder holds something other than a development PKI. */
        FOREIGN_FOLDER,
        /** A file is missing that cannot be made again without breaking what it signed. */
        INCOMPLETE,
        /** Reading or writing failed. */
        IO,
        /** A certificate, a key or a revocation list could not be made or read. */
        CRYPTO
    }

    private final Code code;

    PkiException(Code code, String message) {
        super(message);
        this.code = requireNonNull(code, "code is null");
    }

    PkiException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code, "code is null");
    }

    /** Returns why it failed. */
    public Code code() {
        return code;
    }
}
