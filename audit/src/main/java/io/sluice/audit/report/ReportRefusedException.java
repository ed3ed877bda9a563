package io.sluice.audit.report;

/** A report cannot be made of what was asked. The message names the parameter and repeats nothing of its value. */
public class ReportRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What to change. */
    public ReportRefusedException(String message) {
        super(message);
    }
}
