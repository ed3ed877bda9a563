package io.sluice.audit.append;

import io.sluice.audit.witness.WitnessStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an appender is doing.
 *
 * @param state what it does
 * @param size entries in the log
 * @param nextOffset the first Kafka offset that is not in the log
 * @param waiting how much of the topic was not in the log then; empty where that is not known
 * @param failure why it does not run; empty where it runs
 * @param witnesses how it stands with those who cosign; they never hold it up
 * @param unstamped why checkpoints get no time stamp of late; empty where they do, or none is asked for
 */
public record AppenderStatus(
        State state,
        long size,
        long nextOffset,
        OptionalLong waiting,
        Optional<String> failure,
        List<WitnessStatus> witnesses,
        Optional<String> unstamped) {
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

    public AppenderStatus {
        witnesses = List.copyOf(witnesses);
    }
}
