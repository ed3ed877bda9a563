package io.sluice.audit.pack;

import org.jspecify.annotations.Nullable;

/** A pack could not be made, or a file is no pack. The message says why. */
public final class PackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why there is no pack. */
    public enum Fault {
        /** No entry matches. */
        NOTHING,
        /** More entries match than a pack may have. */
        TOO_MUCH,
        /** The archive lacks what the entries cite. */
        MISSING,
        /** The log, or the file, is not what it has to be. */
        DAMAGED
    }

    private final Fault fault;

    PackException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    /** Of something damaged, without a cause. */
    public PackException(String message) {
        this(message, null);
    }

    /** Of something damaged, with its cause. */
    public PackException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = Fault.DAMAGED;
    }

    /** What kind of reason. */
    public Fault fault() {
        return fault;
    }
}
