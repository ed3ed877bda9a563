package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who may ask for protected values to be revealed. What each of them is granted stays with the policy. Immutable.
 *
 * @param callers by id; empty where the rulebook has no {@code reveal.yaml}: then nobody may
 */
public record Revealing(SortedMap<String, Caller> callers) {
    /** Nobody may. */
    public static final Revealing NOBODY = new Revealing(new TreeMap<>());

    /**
     * One caller.
     *
     * @param id caller id
     * @param identities SPIFFE URIs or DNS names of its certificates, canonical form
     * @param valuesPerMinute quota, from 1
     */
    public record Caller(String id, Set<String> identities, int valuesPerMinute) {
        public Caller {
            identities = Set.copyOf(identities);
            if (identities.isEmpty() || valuesPerMinute < 1) {
                throw new IllegalArgumentException("a caller has at least one identity and a quota from 1");
            }
        }
    }

    public Revealing {
        callers = Collections.unmodifiableSortedMap(new TreeMap<>(callers));
    }

    /** The caller whose certificate carries an identity. */
    public Optional<Caller> callerOf(String identity) {
        return callers.values().stream()
                .filter(caller -> caller.identities().contains(identity))
                .findFirst();
    }
}
