package io.sluice.audit.log;

import org.jspecify.annotations.Nullable;

/** The log could not be opened, read or written. {@link #fault} says of what kind; the message names the file. */
public final class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Kinds of faults, for metrics and for callers that tell them apart. */
    public enum Fault {
        /** Another writer holds the folder. */
        LOCKED,
        /** A file does not say what it must. */
        CORRUPT,
        /** A file is not there. */
        MISSING,
        /** The checkpoint is older than what this log has signed. */
        ROLLED_BACK,
        /** The tree would contradict one that may have been signed before. */
        INCONSISTENT,
        /** The folder belongs to another key or origin. */
        OTHER_LOG,
        /** The disk or the network failed. */
        IO,
        /** The writer failed before and must be opened anew. */
        FAILED
    }

    private final Fault fault;

    /** Without a cause. */
    public LogException(Fault fault, String message) {
        this(fault, message, null);
    }

    /** With its cause. */
    public LogException(Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** The kind. */
    public Fault fault() {
        return fault;
    }
}
