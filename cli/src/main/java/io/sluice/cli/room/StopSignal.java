package io.sluice.cli.room;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGTERM and SIGINT as a wish to stop, so that the room closes while everything that it stands on still runs and the
 * process ends with its own exit code. A shutdown hook could do neither: the hooks of libraries run beside it, and the exit
 * code would be the signal's. A second signal, or a close that takes longer than its limit, ends the process at once with
 * exit code 1. Process-wide; closing it gives the signals back.
 */
public final class StopSignal implements AutoCloseable {
    private static final List<Signal> SIGNALS = List.of(new Signal("TERM"), new Signal("INT"));

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Duration limit;
    private final PrintStream err;
    private final List<SignalHandler> before;

    private StopSignal(Duration limit, PrintStream err) {
        this.limit = limit;
        this.err = err;
        this.before = SIGNALS.stream()
                .map(signal -> Signal.handle(signal, this::received))
                .toList();
    }

    /**
     * Takes the signals over.
     *
     * @param limit from the first signal to {@link #close}
     * @param err told when the process is ended the hard way
     */
    public static StopSignal listen(Duration limit, PrintStream err) {
        return new StopSignal(limit, err);
    }

    /** Waits for a signal, no longer than this; whether one came. */
    public boolean await(Duration wait) throws InterruptedException {
        return asked.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void received(Signal signal) {
        if (asked.getCount() == 0) {
            halt("stopped by a second signal, unfinished");
        }
        asked.countDown();
        Thread watch = new Thread(this::watch, "sluice-stop");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                halt("did not stop within " + limit.toSeconds() + " s, so it was ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void halt(String why) {
        err.println("sluice: " + why);
        err.flush();
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void close() {
        done.countDown();
        for (int i = 0; i < SIGNALS.size(); i++) {
            Signal.handle(SIGNALS.get(i), before.get(i));
        }
    }
}
