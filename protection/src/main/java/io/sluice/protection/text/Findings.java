package io.sluice.protection.text;

import io.sluice.core.audit.TextFindings;
import io.sluice.protection.text.Identifier.Kind;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what is found in the texts of one view. Confined to one thread. */
public final class Findings {
    private final SortedMap<String, Integer> masked = new TreeMap<>();
    private final SortedMap<String, Integer> dropped = new TreeMap<>();

    void masked(Kind kind) {
        masked.merge(kind.code(), 1, Integer::sum);
    }

    void dropped(TextDropped reason) {
        dropped.merge(reason.code(), 1, Integer::sum);
    }

    /** What was counted. */
    public TextFindings counted() {
        return masked.isEmpty() && dropped.isEmpty() ? TextFindings.NONE : new TextFindings(masked, dropped);
    }
}
