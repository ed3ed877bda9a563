package io.sluice.core.decision;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The answer of {@code sluice/release} for all recipients of the revision. Immutable; cached by (input, revision).
 *
 * @param recipients decisions by recipient id
 */
public record Decision(SortedMap<String, RecipientDecision> recipients) {
    public Decision {
        recipients = Collections.unmodifiableSortedMap(new TreeMap<>(recipients));
    }
}
