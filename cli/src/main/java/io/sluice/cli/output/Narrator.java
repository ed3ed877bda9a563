package io.sluice.cli.output;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * What is told on standard error while work goes on: lines, and at most one progress bar, which stays below them on a
 * terminal. Thread-safe.
 */
public final class Narrator {
    private final PrintStream err;
    private final boolean terminal;
    private @Nullable ProgressBar bar; // guarded by this

    /** @param terminal whether {@code err} is one */
    public Narrator(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** A bar for the work that begins now; the one before it has ended. */
    public synchronized ProgressBar progress(String label, long total) {
        bar = new ProgressBar(err, terminal, label, total);
        return bar;
    }

    /** Tells something, in one or more lines. */
    public synchronized void say(String text) {
        if (bar == null || !bar.interleave(text)) {
            err.println(text);
        }
    }
}
