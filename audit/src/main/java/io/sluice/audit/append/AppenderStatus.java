package io.sluice.audit.append;

import java.util.Optional;

/**
 * How an appender is doing.
 *
 * @param state what it does
 * @param size entries in the log
 * @param nextOffset the first Kafka offset that is not in the log
 * @param failure why it does not run; empty where it runs
 */
public record AppenderStatus(State state, long size, long nextOffset, Optional<String> failure) {
    /** States of an appender. */
    public enum State {
        /** Opening the log or connecting. */
        STARTING,
        /** Appending. */
        RUNNING,
        /** A fault that may pass; it tries again. */
        RETRYING,
        /** A fault that needs a person. */
        FAILED,
        /** Closed. */
        CLOSED
    }
}
