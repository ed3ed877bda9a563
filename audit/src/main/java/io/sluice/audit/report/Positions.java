package io.sluice.audit.report;

import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.query.AuditQuery;
import io.sluice.audit.verify.PositionSet;
import io.sluice.core.event.IngressPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which positions of the ingress have an entry, by the index: what a report says of the log's completeness at its head.
 * Remembers what it has seen and goes on from there. Thread-safe. It is a hint, and {@code audit verify} the judge: that
 * reads the entries themselves, and tells a gap that is about to close from one that stays.
 */
final class Positions {
    private static final int MAX_TOLD = 20;
    /** Runs at most: a log that is torn further is not worth listing. */
    private static final int MAX_RUNS = 100_000;

    private final AuditQuery query;
    private final Map<String, PositionSet> partitions = new TreeMap<>();
    private final List<String> twice = new ArrayList<>();
    private long seen;
    private long more;
    private @Nullable String origin;

    Positions(AuditQuery query) {
        this.query = query;
    }

    /**
     * What keeps the log from being complete under a checkpoint, each in a sentence.
     *
     * @param pruned per partition the highest position that may have had its entry in the part that was pruned
     */
    synchronized List<String> gaps(Checkpoint checkpoint, Map<String, Long> pruned) {
        if (!checkpoint.origin().equals(origin) || checkpoint.size() < seen) {
            partitions.clear();
            twice.clear();
            seen = 0;
            more = 0;
            origin = checkpoint.origin();
        }
        query.forEachId(seen, checkpoint.size(), this::add);
        seen = checkpoint.size();
        List<String> gaps = new ArrayList<>(twice);
        long beyond = more;
        for (Map.Entry<String, PositionSet> partition : partitions.entrySet()) {
            for (PositionSet.Gap gap : partition.getValue().gapsAbove(pruned.getOrDefault(partition.getKey(), -1L))) {
                if (gaps.size() < MAX_TOLD) {
                    gaps.add(sentence(partition.getKey(), gap));
                } else {
                    beyond++;
                }
            }
        }
        if (beyond > 0) {
            gaps.add("and " + beyond + " more");
        }
        return gaps;
    }

    private static String sentence(String partition, PositionSet.Gap gap) {
        return gap.to() - gap.from() == 1
                ? partition + "/" + gap.from() + " has no entry"
                : partition + "/" + gap.from() + " to " + (gap.to() - 1) + " have no entry";
    }

    private void add(String id) {
        IngressPosition position;
        try {
            position = IngressPosition.ofEntryId(id);
        } catch (IllegalArgumentException e) {
            return; // an act
        }
        if (!position.entryId(0).equals(id)) {
            return; // a further attempt
        }
        String partition = id.substring(0, id.lastIndexOf('/'));
        PositionSet set = partitions.computeIfAbsent(partition, unused -> new PositionSet());
        if (set.runCount() > MAX_RUNS || set.add(position.offset(), 0)) {
            return;
        }
        if (twice.size() < MAX_TOLD) {
            twice.add(id + " has two entries");
        } else {
            more++;
        }
    }
}
