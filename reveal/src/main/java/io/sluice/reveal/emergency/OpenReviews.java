package io.sluice.reveal.emergency;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The emergency accesses whose review is open, as {@code reveal.emergencies} says; nothing else changes them, so that every
 * instance of the service says the same. Thread-safe.
 */
public final class OpenReviews {
    /** Guarded by itself, which is notified of each change. */
    private final Map<String, Emergency> open = new HashMap<>();

    private boolean readOnce;

    /** Takes a record: an emergency access, or that its review was closed. */
    public void apply(String id, @Nullable Emergency emergency) {
        synchronized (open) {
            if (emergency == null) {
                open.remove(id);
            } else {
                open.put(id, emergency);
            }
            open.notifyAll();
        }
    }

    /** Everything that stood in the topic has been taken. */
    public void caughtUp() {
        synchronized (open) {
            readOnce = true;
        }
    }

    /** Whether it was {@link #caughtUp} since the start. */
    public boolean known() {
        synchronized (open) {
            return readOnce;
        }
    }

    public Optional<Emergency> find(String id) {
        synchronized (open) {
            return Optional.ofNullable(open.get(id));
        }
    }

    /** All of them, the review that falls due first at the front. */
    public List<Emergency> all() {
        synchronized (open) {
            return open.values().stream()
                    .sorted(Comparator.comparing(Emergency::reviewBy).thenComparing(Emergency::id))
                    .toList();
        }
    }

    /** How many. */
    public int count() {
        synchronized (open) {
            return open.size();
        }
    }

    /** How many are late. */
    public long overdue(Instant now) {
        return all().stream().filter(emergency -> emergency.overdue(now)).count();
    }

    /** Waits until an id is among them, or no more; false where that took too long. What was written is durable all the same. */
    public boolean await(String id, Predicate<Optional<Emergency>> state, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (open) {
            while (!state.test(Optional.ofNullable(open.get(id)))) {
                long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (millis <= 0) {
                    return false;
                }
                open.wait(millis);
            }
            return true;
        }
    }
}
