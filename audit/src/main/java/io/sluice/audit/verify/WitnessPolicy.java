package io.sluice.audit.verify;

import io.sluice.audit.note.CosignerKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which witnesses an auditor believes, and how many of them must have cosigned one checkpoint.
 *
 * @param keys the witnesses' keys; keys of one name are one witness, which must have signed with each of them
 * @param quorum how many witnesses; 0 only where nobody is asked
 * @param maxAge how old the quorum's cosignatures may be; null for any age
 */
public record WitnessPolicy(
        List<CosignerKey> keys, int quorum, @Nullable Duration maxAge) {
    /** Asks nobody. */
    public static final WitnessPolicy NONE = new WitnessPolicy(List.of(), 0, null);

    /** How long the witnesses may be known to have seen no more before the end of a log counts as hidden from them. */
    public static final Duration GRACE = Duration.ofMinutes(10);

    public WitnessPolicy {
        keys = List.copyOf(keys);
        Objects.requireNonNull(keys, "keys is null");
        int witnesses = names(keys).size();
        if (keys.isEmpty() ? quorum != 0 : quorum < 1 || quorum > witnesses) {
            throw new IllegalArgumentException(
                    "a quorum of " + witnesses + " witnesses is 1 to " + witnesses + ", not " + quorum);
        }
        if (maxAge != null && (maxAge.isNegative() || maxAge.isZero())) {
            throw new IllegalArgumentException("the age of a cosignature is more than 0");
        }
    }

    /** All of these, of any age; nobody where there are none. */
    public static WitnessPolicy all(List<CosignerKey> keys) {
        return new WitnessPolicy(keys, names(keys).size(), null);
    }

    /** Whether anybody is asked. */
    public boolean asks() {
        return !keys.isEmpty();
    }

    /** The witnesses' names, in order. */
    Set<String> names() {
        return names(keys);
    }

    /** The keys of one witness. */
    List<CosignerKey> of(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).toList();
    }

    private static Set<String> names(List<CosignerKey> keys) {
        return keys.stream().map(CosignerKey::name).collect(Collectors.toCollection(java.util.TreeSet::new));
    }
}
