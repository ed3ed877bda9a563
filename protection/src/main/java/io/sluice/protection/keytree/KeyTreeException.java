package io.sluice.protection.keytree;

import org.jspecify.annotations.Nullable;

/**
 * The key tree's state could not be made, kept or read. The message names tree, revision, shard or file, never key
 * material or a subject.
 */
public final class KeyTreeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for callers and metrics. */
    public enum Code {
        /** Bytes that are not of the format. */
        MALFORMED,
        /** Well-formed bytes that do not belong here: altered, cut, swapped, of another tree, or of another revision. */
        FORGED,
        /** The state on disk is older than one that exists. */
        STALE,
        /** The KMS cannot open the store key: it was destroyed, or the KMS or the index key is out of reach. */
        KEY_UNAVAILABLE,
        /** A file is missing or cannot be read. */
        UNREADABLE,
        /** A file cannot be written. */
        UNWRITABLE,
        /** Another publisher is at work on the tree. */
        BUSY,
        /** The tree exists already, or does not exist. */
        WRONG_EPOCH,
        /** A limit of the tree is reached. */
        FULL
    }

    private final Code code;

    KeyTreeException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    KeyTreeException(Code code, String message) {
        this(code, message, null);
    }

    /** What went wrong. */
    public Code code() {
        return code;
    }
}
