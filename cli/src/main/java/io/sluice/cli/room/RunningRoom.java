package io.sluice.cli.room;

import java.time.Duration;
import java.util.List;

/** A room that runs in this process until it is closed. Used by one thread. */
public interface RunningRoom extends AutoCloseable {
    /** {@link #state} of a room that does its work. */
    String READY = "ready";

    /** Where it can be reached, a line each; empty for a room that listens nowhere. */
    List<String> addresses();

    /**
     * {@link #READY}, or why it is not ready and what it waits for. It recovers by itself.
     *
     * @throws io.sluice.cli.CommandFailure where it ended and will not recover
     */
    String state();

    /** How long {@link #close} may take; past it the process ends the hard way. */
    Duration stopLimit();

    /** Stops in good order: finishes what is under way, keeps what a next start resumes from. */
    @Override
    void close();
}
