package io.sluice.audit.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one thread at a time do work that takes long. Who comes meanwhile waits a little and is then refused, so that waiters do
 * not hold all threads of the server. Thread-safe; who has the turn may take it again.
 */
public final class Turn {
    private final ReentrantLock lock = new ReentrantLock();
    private final Duration wait;

    /** @param wait how long one waits for it at most */
    public Turn(Duration wait) {
        this.wait = wait;
    }

    /** Works alone. @throws RefusedException with {@link ProblemCode#BACK_PRESSURE} where another one works for longer */
    public <T> T take(Supplier<T> work) {
        try {
            if (!lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static RefusedException busy() {
        return new RefusedException(
                ProblemCode.BACK_PRESSURE, "The server works on such a question of another reader. Repeat it later.");
    }
}
