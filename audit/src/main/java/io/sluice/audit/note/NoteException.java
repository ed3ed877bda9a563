package io.sluice.audit.note;

/** Bytes that are not what the C2SP signed-note or tlog-checkpoint specification allows. */
public final class NoteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, without the bytes themselves. */
    public NoteException(String message) {
        super(message);
    }

    /** What is wrong and why. */
    public NoteException(String message, Throwable cause) {
        super(message, cause);
    }
}
