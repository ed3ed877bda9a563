package io.sluice.kafkadev;

import static java.util.Objects.requireNonNull;

/** A development broker that could not start. */
public final class DevBrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it failed. */
    public enum Code {
        /** Another process listens on the port. */
        PORT_BUSY,
        /** Another broker uses the data folder. */
        FOLDER_BUSY,
        /** The data folder cannot be made, read or kept private. */
        FOLDER,
        /** Kafka could not format the folder or start. */
        START
    }

    private final Code code;

    DevBrokerException(Code code, String message) {
        super(message);
        this.code = requireNonNull(code, "code is null");
    }

    DevBrokerException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = requireNonNull(code, "code is null");
    }

    /** Returns why it failed. */
    public Code code() {
        return code;
    }
}
