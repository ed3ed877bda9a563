package io.sluice.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done again and again beside the requests, on one thread; what fails is done again all the same. Thread-safe. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Clock clock;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "sluice-housekeeping"));

    Housekeeping(Clock clock) {
        this.clock = clock;
    }

    /** Does a task each period, the first time when one is over. */
    void every(Duration period, Consumer<Instant> task) {
        var ignored = thread.scheduleWithFixedDelay( // it never completes: every failure is handled inside
                () -> {
                    try {
                        task.accept(clock.instant());
                    } catch (RuntimeException e) {
                        LOG.error("A housekeeping task of the gateway failed; it runs again", e);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** A thread that does not keep the process alive. */
    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends it, in the middle of a task too. */
    @Override
    public void close() {
        var ignored = thread.shutdownNow();
    }
}
