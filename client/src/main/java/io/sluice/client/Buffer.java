package io.sluice.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The events that wait for their answer, in their order; bounded. Thread-safe. */
final class Buffer {
    private final ClientSettings.Limits limits;
    /** Guarded by this, as all that follows. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int events;
    private long bytes;
    private boolean closed;

    /** An event and who waits for it. */
    record Waiting(Event event, long sinceNanos, CompletableFuture<Receipt> done) {}

    Buffer(ClientSettings.Limits limits) {
        this.limits = limits;
    }

    /** Adds an event, waiting for room. @throws BufferFullException where none came in time */
    synchronized CompletableFuture<Receipt> add(Event event) throws InterruptedException {
        long deadline = System.nanoTime() + limits.maxBlock().toNanos();
        while (!closed
                && events > 0
                && (events >= limits.maxBufferedEvents() || bytes + event.data().length > limits.maxBufferedBytes())) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new BufferFullException(
                        events + " events wait for the gateway; there was no room for another within "
                                + limits.maxBlock().toMillis() + " ms");
            }
            wait(left);
        }
        if (closed) {
            throw new IllegalStateException("The producer is closed");
        }
        Waiting added = new Waiting(event, System.nanoTime(), new CompletableFuture<>());
        waiting.add(added);
        events++;
        bytes += event.data().length;
        notifyAll();
        return added.done();
    }

    /**
     * The next events for one request, in their order; waits for a first one, and a little for others. Empty where nothing came in
     * a while, or nothing will.
     */
    synchronized List<Waiting> take(int most) throws InterruptedException {
        if (waiting.isEmpty() && !closed) {
            wait(Duration.ofMillis(200).toMillis());
        }
        Waiting first = waiting.peek();
        if (first == null) {
            return List.of();
        }
        long lingerUntil = first.sinceNanos + limits.linger().toNanos();
        while (!closed && waiting.size() < most && lingerUntil - System.nanoTime() >= 1_000_000) {
            wait((lingerUntil - System.nanoTime()) / 1_000_000);
        }
        List<Waiting> taken = new ArrayList<>();
        long size = 0;
        for (Waiting next = waiting.peek(); next != null && taken.size() < most; next = waiting.peek()) {
            size += next.event.data().length;
            if (!taken.isEmpty() && size > limits.maxBatchBytes()) {
                break;
            }
            taken.add(waiting.remove());
        }
        return taken;
    }

    /** Waits until a time, or until the patience of an event ends or nothing can come any more. */
    synchronized void pause(long untilNanos) throws InterruptedException {
        while (!closed || !waiting.isEmpty()) {
            Waiting first = waiting.peek();
            long now = System.nanoTime();
            long left = untilNanos - now;
            if (first != null) {
                left = Math.min(left, first.sinceNanos + limits.patience().toNanos() - now);
            }
            if (left <= 0) {
                return;
            }
            wait(left / 1_000_000 + 1);
        }
    }

    /** Takes those out whose patience has ended: the first ones, as events wait in the order in which they came. */
    synchronized List<Waiting> takeExpired() {
        List<Waiting> expired = new ArrayList<>();
        long now = System.nanoTime();
        for (Waiting next = waiting.peek();
                next != null && now - next.sinceNanos >= limits.patience().toNanos();
                next = waiting.peek()) {
            expired.add(waiting.remove());
        }
        return expired;
    }

    /** Gives events back to the front, in their order: they are the next ones. */
    synchronized void giveBack(List<Waiting> again) {
        for (int i = again.size() - 1; i >= 0; i--) {
            waiting.addFirst(again.get(i));
        }
    }

    /** Ends an event's waiting: exactly one of the two is given. */
    void settle(Waiting settled, @Nullable Receipt receipt, @Nullable RuntimeException fault) {
        synchronized (this) {
            events--;
            bytes -= settled.event.data().length;
            notifyAll();
        }
        if (receipt != null) {
            settled.done.complete(receipt);
        } else {
            settled.done.completeExceptionally(fault);
        }
    }

    /** Takes no more events. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isDrained() {
        return closed && waiting.isEmpty();
    }

    synchronized int size() {
        return events;
    }

    /** All that wait, taken out. */
    synchronized List<Waiting> rest() {
        List<Waiting> rest = new ArrayList<>(waiting);
        waiting.clear();
        return rest;
    }
}
