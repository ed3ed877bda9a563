package io.sluice.protection.keys;

import org.jspecify.annotations.Nullable;

/** A key could not be reached or kept. The message names files and key names, never key material or a password. */
public final class KeyAccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for callers and metrics. */
    public enum Code {
        /** A file is missing, cannot be read, or does not open under its password. */
        UNREADABLE,
        /** A file can be read by others than its owner. */
        INSECURE,
        /** A file could not be written or locked in time, or the keystore is full. */
        UNWRITABLE,
        /** The KMS does not answer in time, or not to this caller. */
        UNREACHABLE,
        /** No key of that name exists, or it was destroyed. */
        UNKNOWN_KEY,
        /** A wrapped key does not open: altered, or of another keystore, tenant or name. */
        INVALID
    }

    private final Code code;

    KeyAccessException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    KeyAccessException(Code code, String message) {
        this(code, message, null);
    }

    /** What went wrong. */
    public Code code() {
        return code;
    }
}
