package io.sluice.policies.build;

/** An archive breaks a rule or a limit; the message says which. */
public final class ArchiveRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public ArchiveRefusedException(String message) {
        super(message);
    }
}
