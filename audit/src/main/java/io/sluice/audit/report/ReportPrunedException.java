package io.sluice.audit.report;

/** A report cannot be made again: the log is the one that it was of, and entries of its window were pruned since. */
public final class ReportPrunedException extends ReportRefusedException {
    private static final long serialVersionUID = 1L;

    ReportPrunedException(String message) {
        super(message);
    }
}
