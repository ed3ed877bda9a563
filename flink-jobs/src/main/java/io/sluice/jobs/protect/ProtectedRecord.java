package io.sluice.jobs.protect;

import io.sluice.core.audit.RecipientOutcome;
import java.util.List;

/**
 * A record with its views: all that leaves, but the entry.
 *
 * @param decided the record with its decision
 * @param views what goes out
 * @param outcomes what became of it, for every recipient that was open, sorted by id
 */
record ProtectedRecord(DecidedRecord decided, List<RecipientView> views, List<RecipientOutcome> outcomes) {
    ProtectedRecord {
        views = List.copyOf(views);
        outcomes = List.copyOf(outcomes);
    }
}
