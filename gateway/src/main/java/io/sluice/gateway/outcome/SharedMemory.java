package io.sluice.gateway.outcome;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by key, each of an owner, at most {@code max} in all. Where there is one more, the oldest of whoever has most is
 * forgotten: an owner with few keeps them however many the others bring. Not thread-safe.
 */
final class SharedMemory<V> {
    private final int max;
    private final Map<String, V> values = new HashMap<>();
    /** Keys by owner, oldest first; of owners that have some. */
    private final Map<String, Deque<String>> owners = new HashMap<>();

    /** @param max at least one */
    SharedMemory(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one value is remembered");
        }
        this.max = max;
    }

    @Nullable
    V get(String key) {
        return values.get(key);
    }

    /** Remembers a value; one of a key that is known takes the place of the one before, and its age. @return whether another was forgotten */
    boolean put(String owner, String key, V value) {
        if (values.put(key, value) != null) {
            return false;
        }
        owners.computeIfAbsent(owner, first -> new ArrayDeque<>()).add(key);
        if (values.size() <= max) {
            return false;
        }
        forgetOne();
        return true;
    }

    int size() {
        return values.size();
    }

    /** How many owners have some. */
    int owners() {
        return owners.size();
    }

    private void forgetOne() {
        Map.Entry<String, Deque<String>> most = null;
        for (Map.Entry<String, Deque<String>> owner : owners.entrySet()) { // as many as there are producers
            if (most == null || owner.getValue().size() > most.getValue().size()) {
                most = owner;
            }
        }
        if (most != null) {
            values.remove(most.getValue().remove());
            if (most.getValue().isEmpty()) {
                owners.remove(most.getKey());
            }
        }
    }
}
