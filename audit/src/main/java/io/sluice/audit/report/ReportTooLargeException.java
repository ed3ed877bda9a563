package io.sluice.audit.report;

/** A report would have to read more entries than its caller has room for. */
public final class ReportTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long entries;

    ReportTooLargeException(long entries) {
        super("the report would read " + entries + " entries");
        this.entries = entries;
    }

    /** How many it would read. */
    public long entries() {
        return entries;
    }
}
