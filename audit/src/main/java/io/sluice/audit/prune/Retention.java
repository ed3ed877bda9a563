package io.sluice.audit.prune;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a log is to be pruned. Bundles are deleted whole, so less may go than is asked for, never more.
 *
 * @param index delete entries below this one; null where a time says how far
 * @param before delete entries from the first on as long as all were recorded before this time; null where an index does
 * @param floor whatever was recorded at this time or later stays, whatever is asked for
 */
public record Retention(@Nullable Long index, @Nullable Instant before, Instant floor) {
    public Retention {
        if ((index == null) == (before == null)) {
            throw new IllegalArgumentException("either an index or a time says how far");
        }
        if (index != null && index < 1) {
            throw new IllegalArgumentException("an index is 1 at least");
        }
    }
}
