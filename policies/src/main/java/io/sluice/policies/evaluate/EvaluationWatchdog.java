package io.sluice.policies.evaluate;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Bounds evaluations in time. The wasm runtime has no fuel, but its code looks at the thread's interrupt flag in loops and
 * calls; one daemon thread interrupts whoever is late. An evaluation pays for it with two updates of a set.
 */
final class EvaluationWatchdog {
    private static final long TICK_NANOS = Duration.ofMillis(50).toNanos();
    private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

    static {
        Thread dog = new Thread(EvaluationWatchdog::patrol, "policy-watchdog");
        dog.setDaemon(true);
        dog.start();
    }

    private EvaluationWatchdog() {}

    /** Watches the calling thread until the watch is closed. */
    static Watch watch(Duration limit) {
        Watch watch = new Watch(Thread.currentThread(), System.nanoTime() + limit.toNanos());
        WATCHES.add(watch);
        return watch;
    }

    private static void patrol() {
        while (true) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            for (Watch watch : WATCHES) {
                watch.check(now);
            }
        }
    }

    /** One evaluation. The lock keeps an interrupt from hitting the thread after the evaluation ended. */
    static final class Watch implements AutoCloseable {
        private final Thread thread;
        private final long deadlineNanos;
        private boolean ended; // guarded by this
        private boolean late; // guarded by this

        private Watch(Thread thread, long deadlineNanos) {
            this.thread = thread;
            this.deadlineNanos = deadlineNanos;
        }

        private synchronized void check(long now) {
            if (!ended && !late && now - deadlineNanos > 0) {
                late = true;
                thread.interrupt();
            }
        }

        synchronized void requireInTime() {
            if (late) {
                throw new PolicyEvaluationException("The evaluation took too long");
            }
        }

        @Override
        public synchronized void close() {
            ended = true;
            WATCHES.remove(this);
            if (late) {
                Thread.interrupted(); // ours, not the caller's
            }
        }
    }
}
