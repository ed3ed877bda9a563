package io.sluice.cli.output;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Progress of long work on standard error: a bar that is drawn over itself on a terminal, a line now and then elsewhere.
 * Thread-safe. After {@link #close} nothing more is drawn.
 */
public final class ProgressBar implements AutoCloseable {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final long LINE_NANOS = 5_000_000_000L;
    private static final int BAR = 30;

    private final PrintStream err;
    private final boolean terminal;
    private final String label;
    private final long total;
    private final long startedNanos = System.nanoTime();
    private long drawnNanos; // guarded by this
    private long done; // guarded by this
    private boolean closed; // guarded by this

    /** Progress towards a total; a total of 0 shows no bar, only counts. */
    public ProgressBar(PrintStream err, boolean terminal, String label, long total) {
        this.err = err;
        this.terminal = terminal;
        this.label = label;
        this.total = total;
        this.drawnNanos = startedNanos - REDRAW_NANOS;
    }

    /** Says how much is done. */
    public synchronized void update(long nowDone) {
        done = nowDone;
        long now = System.nanoTime();
        if (!closed && now - drawnNanos >= (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            drawnNanos = now;
            draw();
        }
    }

    /** Prints a text above the bar; false, and nothing is printed, once the bar is closed. */
    synchronized boolean interleave(String text) {
        if (closed) {
            return false;
        }
        if (terminal) {
            err.print("\r\u001b[K");
        }
        err.println(text);
        if (terminal) {
            draw();
        }
        return true;
    }

    private void draw() {
        double seconds = Math.max(1e-3, (System.nanoTime() - startedNanos) / 1e9);
        String rate = String.format(Locale.ROOT, "%,d/s", Math.round(done / seconds));
        if (!terminal) {
            err.printf(Locale.ROOT, "%s: %,d of %,d (%s)%n", label, done, total, rate);
            return;
        }
        int filled = total == 0 ? 0 : (int) Math.min(BAR, done * BAR / total);
        String bar = "#".repeat(filled) + "-".repeat(BAR - filled);
        err.printf(Locale.ROOT, "\r\u001b[K%-12s [%s] %,d of %,d  %s", label, bar, done, total, rate);
        err.flush();
    }

    /** Draws the end. */
    @Override
    public synchronized void close() {
        if (!closed) {
            draw();
            if (terminal) {
                err.println();
            }
            closed = true;
        }
    }
}
