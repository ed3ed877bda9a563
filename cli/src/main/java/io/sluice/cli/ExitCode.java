package io.sluice.cli;

/** What a command tells the shell (design 4.7). */
public final class ExitCode {
    /** Done, and nothing to report. */
    public static final int OK = 0;

    /** A finding or a failure. */
    public static final int FAILED = 1;

    /** The command line was wrong. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
