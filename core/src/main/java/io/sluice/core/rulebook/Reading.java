package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who may ask to read the audit log. What each of them is granted stays with the policy. Immutable.
 *
 * @param readers by id; empty where the rulebook has no {@code access.yaml}: then nobody may
 */
public record Reading(SortedMap<String, Reader> readers) {
    /** Nobody may. */
    public static final Reading NOBODY = new Reading(new TreeMap<>());

    /**
     * One reader.
     *
     * @param id reader id
     * @param identities SPIFFE URIs or DNS names of its certificates, canonical form
     */
    public record Reader(String id, Set<String> identities) {
        public Reader {
            identities = Set.copyOf(identities);
            if (identities.isEmpty()) {
                throw new IllegalArgumentException("a reader has at least one identity");
            }
        }
    }

    public Reading {
        readers = Collections.unmodifiableSortedMap(new TreeMap<>(readers));
    }

    /** The reader whose certificate carries an identity. */
    public Optional<Reader> readerOf(String identity) {
        return readers.values().stream()
                .filter(reader -> reader.identities().contains(identity))
                .findFirst();
    }
}
