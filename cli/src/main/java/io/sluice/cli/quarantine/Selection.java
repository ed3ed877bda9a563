package io.sluice.cli.quarantine;

import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.Headers;
import io.sluice.core.event.IngressPosition;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which quarantined records are meant: those that meet all that is given; null means any.
 *
 * @param positions the records that are named; empty for all
 * @param reason a fault
 * @param dataset a dataset's id, as the record says
 * @param recipient a recipient for whom it is open
 * @param since not quarantined before
 */
public record Selection(
        Set<IngressPosition> positions,
        @Nullable ReasonCode reason,
        @Nullable String dataset,
        @Nullable String recipient,
        @Nullable Instant since) {
    public Selection {
        positions = Set.copyOf(positions);
    }

    /** Every record. */
    public static Selection all() {
        return new Selection(Set.of(), null, null, null, null);
    }

    /** Those named. */
    public static Selection of(Set<IngressPosition> positions) {
        return new Selection(positions, null, null, null, null);
    }

    boolean includes(QuarantinedRecord record) {
        return (positions.isEmpty() || positions.contains(record.facts().position()))
                && (reason == null || reason == record.facts().reason())
                && (dataset == null || dataset.equals(record.tag(Headers.CE_DATASET)))
                && (recipient == null || record.facts().open().includes(recipient))
                && (since == null || !record.quarantined().isBefore(since));
    }

    /** As an entry says it. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new TreeMap<>();
        if (!positions.isEmpty()) {
            json.put("positions", (long) positions.size());
        }
        put(json, "reason", reason == null ? null : reason.code());
        put(json, "dataset", dataset);
        put(json, "recipient", recipient);
        put(json, "since", since == null ? null : since.toString());
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
