package io.sluice.core.rulebook;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * Who may write what.
 *
 * @param id producer id
 * @param org organisation
 * @param identities SPIFFE URIs or DNS names of its certificates, canonical form
 * @param grants collection purposes by dataset
 * @param controllers controllers for whose subjects it may record choices; empty where it may not
 * @param quota how much it may send
 */
public record Producer(
        String id,
        String org,
        Set<String> identities,
        SortedMap<String, List<String>> grants,
        Set<String> controllers,
        Quota quota) {
    public Producer {
        identities = Set.copyOf(identities);
        grants = java.util.Collections.unmodifiableSortedMap(new java.util.TreeMap<>(grants));
        controllers = Set.copyOf(controllers);
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("a producer has at least one identity");
        }
    }
}
