package io.sluice.gateway.receive;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Worker threads that take senders in turn: whoever has one task waits for one of each other sender that has some, however
 * many those have. The tasks of one sender begin in their order. Thread-safe.
 */
public final class Turns {
    private final Executor threads;
    private final int most;
    /** The tasks of senders that have some, the sender whose turn it is first. Guarded by itself, as their number. */
    private final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();

    private int tasks;

    /**
     * @param threads runs what it is given, once each, and on other threads than the caller's; refuses nothing until it is
     *     shut down
     * @param most tasks that may wait
     */
    public Turns(Executor threads, int most) {
        this.threads = threads;
        this.most = most;
    }

    /** Runs tasks of a sender; throws {@link RejectedExecutionException} where too many wait, or the threads are shut down. */
    Executor of(String sender) {
        return task -> {
            synchronized (waiting) {
                if (tasks == most) {
                    throw new RejectedExecutionException(most + " tasks wait");
                }
                // As many as there are tasks; which of them it runs is told once this lock is free. Where it is
                // refused, nothing waits.
                threads.execute(this::next);
                tasks++;
                waiting.computeIfAbsent(sender, first -> new ArrayDeque<>(1)).add(task);
            }
        };
    }

    private void next() {
        Runnable task;
        synchronized (waiting) {
            Map.Entry<String, Deque<Runnable>> turn =
                    waiting.entrySet().iterator().next();
            String sender = turn.getKey();
            Deque<Runnable> own = turn.getValue();
            task = Objects.requireNonNull(own.poll(), "a sender without a task has no turn");
            tasks--;
            waiting.remove(sender);
            if (!own.isEmpty()) {
                waiting.put(sender, own); // behind the others
            }
        }
        task.run();
    }
}
