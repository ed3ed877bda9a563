package io.sluice.audit.timestamp;

import io.sluice.audit.note.SignedNote;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a log's checkpoints stamped, on a thread of its own: the newest that was offered, not more often than configured. An
 * authority that is slow or away costs the log nothing; it is asked again after a pause. Thread-safe; close it to end it.
 */
public final class Timestamping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Timestamping.class);
    private static final long LONGEST_PAUSE_MS = 60_000;

    private final @Nullable TimestampConfig config;
    private final Thread thread = new Thread(this::live, "audit-timestamping");

    /** Guarded by this, as all that follows. */
    private @Nullable SignedNote newest;

    private @Nullable TimestampedCheckpoint stamped;
    private @Nullable String problem;
    private boolean closed;

    /** Starts. @param config null to ask nobody */
    public Timestamping(@Nullable TimestampConfig config) {
        this.config = config;
        thread.setDaemon(true);
        if (config != null) {
            thread.start();
        }
    }

    /** A new checkpoint, in place of one that was offered before. */
    public synchronized void offer(SignedNote checkpoint) {
        if (config != null) {
            newest = checkpoint;
            notifyAll();
        }
    }

    /** What was stamped since the last call; empty for nothing. */
    public synchronized Optional<TimestampedCheckpoint> take() {
        Optional<TimestampedCheckpoint> taken = Optional.ofNullable(stamped);
        stamped = null;
        return taken;
    }

    /** Why there is no stamp of late; empty where there is, or nobody is asked. */
    public synchronized Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
    }

    private void live() {
        if (config == null) {
            return;
        }
        Authority authority = new Authority(config);
        try {
            for (SignedNote note = next(); note != null; note = next()) {
                boolean done = ask(authority, note);
                long pause = config.every().toMillis();
                pause(done ? pause : Math.min(pause, LONGEST_PAUSE_MS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    private boolean ask(Authority authority, SignedNote note) throws InterruptedException {
        try {
            TimestampedCheckpoint answer = authority.stamp(note);
            synchronized (this) {
                stamped = answer;
                problem = null;
            }
            return true;
        } catch (TimestampException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            synchronized (this) {
                if (!why.equals(problem)) {
                    LOG.warn("checkpoints get no time stamp: {}", why);
                }
                problem = why;
                newest = newest == null ? note : newest;
            }
            return false;
        }
    }

    /** Waits for a checkpoint; null once closed. */
    private synchronized @Nullable SignedNote next() throws InterruptedException {
        while (!closed && newest == null) {
            wait();
        }
        SignedNote note = newest;
        newest = null;
        return closed ? null : note;
    }

    private synchronized void pause(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis; left > 0 && !closed; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
    }
}
