package io.sluice.core.rulebook;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who may ask to read the audit log. What each of them is granted stays with the policy. Immutable.
 *
 * @param readers by id; empty where the rulebook has no {@code access.yaml}: then nobody may
 * @param groups by the issuer of an OpenID provider, the groups of its tokens that mean something here
 */
public record Reading(SortedMap<String, Reader> readers, SortedMap<String, Set<String>> groups) {
    /** Nobody may. */
    public static final Reading NOBODY = new Reading(new TreeMap<>(), new TreeMap<>());

    /**
     * One reader.
     *
     * @param id reader id
     * @param identities SPIFFE URIs or DNS names of its certificates, canonical form; {@code <issuer>#<subject>} of its
     *     tokens
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
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    }

    /** Those of a token's groups that the rulebook names for its issuer. */
    public SortedSet<String> known(String issuer, Set<String> named) {
        SortedSet<String> known = new TreeSet<>(groups.getOrDefault(issuer, Set.of()));
        known.retainAll(named);
        return known;
    }

    /** The reader whose certificate or token carries an identity. */
    public Optional<Reader> readerOf(String identity) {
        return readers.values().stream()
                .filter(reader -> reader.identities().contains(identity))
                .findFirst();
    }
}
