package io.sluice.jobs.protect;

/** The job was to go on from state that is older than what it has released. The message says what to do. */
public final class CheckpointRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CheckpointRefusedException(String message) {
        super(message);
    }
}
