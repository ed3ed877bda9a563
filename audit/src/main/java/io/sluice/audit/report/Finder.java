package io.sluice.audit.report;

import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.query.QueryFilter;
import io.sluice.audit.query.QueryPage;
import java.util.Optional;

/**
 * Single entries beside those that a report reads, by the index: what it costs does not grow with the log. Of the log as it was
 * under the report's checkpoint. Thread-safe.
 *
 * @param query asks the log
 * @param size entries under the checkpoint
 */
record Finder(AuditQuery query, long size) {
    /** The newest entry of that kind. */
    Optional<QueryPage.Found> newest(QueryFilter filter) {
        return size == 0
                ? Optional.empty()
                : query.findLatest(filter, size - 1, 1).entries().stream().findFirst();
    }

    /** The oldest entry of that kind. */
    Optional<QueryPage.Found> oldest(QueryFilter filter) {
        return query.find(filter, 1).entries().stream()
                .filter(found -> found.index() < size)
                .findFirst();
    }

    /** How many entries of that kind there are. */
    long count(QueryFilter filter) {
        return query.count(filter, size);
    }
}
