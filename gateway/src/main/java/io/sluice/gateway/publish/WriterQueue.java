package io.sluice.gateway.publish;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands records of many threads over to one, in their order and bounded. Nobody waits for a lock, and the thread is woken up
 * only where it sleeps. Anybody may {@link #offer}; the rest is the one
 * thread's, but that anybody may {@link #poll} once it ended.
 */
final class WriterQueue {
    /** How long the thread lets records gather once it has taken several; well below what Kafka's client waits for more. */
    private static final Duration GATHER = Duration.ofNanos(250_000);

    private final int max;
    private final Queue<Delivery<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    /** The one thread while it sleeps, else null. */
    private volatile @Nullable Thread sleeper;
    /** How many were taken one right behind the other. */
    private int inARow;

    WriterQueue(int max) {
        this.max = max;
    }

    /** Adds a record behind all others; false where the queue is full. */
    boolean offer(Delivery<?> delivery) {
        if (size.incrementAndGet() > max) {
            size.decrementAndGet();
            return false;
        }
        waiting.add(delivery);
        Thread asleep = sleeper;
        if (asleep != null) {
            sleeper = null; // one of those that come together wakes it up
            LockSupport.unpark(asleep);
        }
        return true;
    }

    /**
     * Takes the first, waiting a while for one; null where none came. Lets more gather behind several: to wake up for each costs
     * more than a record. One alone is not kept waiting.
     */
    @Nullable
    Delivery<?> next(Duration patience) {
        Delivery<?> next = poll();
        if (next == null) {
            if (inARow > 1) {
                LockSupport.parkNanos(GATHER.toNanos());
            }
            inARow = 0;
            next = poll();
            if (next == null) {
                sleep(patience);
                next = poll();
            }
        }
        inARow++;
        return next;
    }

    private void sleep(Duration patience) {
        sleeper = Thread.currentThread();
        if (waiting.isEmpty()) { // asked again, since one may have come before it was seen to sleep
            LockSupport.parkNanos(patience.toNanos());
        }
        sleeper = null;
    }

    /** The first, where it is; null where there is none. */
    @Nullable
    Delivery<?> peek() {
        return waiting.peek();
    }

    /** Takes the first, where it is. */
    @Nullable
    Delivery<?> poll() {
        Delivery<?> first = waiting.poll();
        if (first != null) {
            size.decrementAndGet();
        }
        return first;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
