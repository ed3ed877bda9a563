package io.sluice.audit.report;

import io.sluice.audit.merkle.Hash;
import io.sluice.audit.note.Checkpoint;
import io.sluice.audit.verify.PositionSet;
import io.sluice.core.event.IngressPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which positions of the ingress have an entry, by the index: what a report says of the log's completeness at its head.
 * Remembers what it has seen and goes on from there, so that a question that is cut short costs nothing that was read
 * before. Thread-safe. It is a hint, and {@code audit verify} the judge: that reads the entries themselves, and tells a gap
 * that is about to close from one that stays.
 */
final class Positions {
    /** Ids of one question to the index: well within the time that it may take. */
    static final int AT_ONCE = 65_536;

    private static final int MAX_TOLD = 20;
    /** Runs at most: a log that is torn further is not worth listing. */
    private static final int MAX_RUNS = 100_000;

    private final BiFunction<Long, Long, List<String>> ids;
    private final BiFunction<Long, Long, Hash> roots;
    private Seen seen;

    /**
     * Nothing seen yet.
     *
     * @param ids of the entries from one place up to another, all of them or none
     * @param roots over the first so many entries of a log of so many
     */
    Positions(BiFunction<Long, Long, List<String>> ids, BiFunction<Long, Long, Hash> roots) {
        this.ids = ids;
        this.roots = roots;
        this.seen = new Seen("");
    }

    /**
     * What keeps the log from being complete under a checkpoint, each in a sentence.
     *
     * @param pruned per partition the highest position that may have had its entry in the part that was pruned
     */
    synchronized List<String> gaps(Checkpoint checkpoint, Map<String, Long> pruned) {
        if (checkpoint.origin().equals(seen.origin) && checkpoint.size() < seen.size) {
            Seen before = new Seen(seen.origin); // as the log was: what is known of it now stays
            advance(before, checkpoint);
            return before.gaps(pruned);
        }
        if (!continues(checkpoint)) {
            seen = new Seen(checkpoint.origin());
        }
        advance(seen, checkpoint);
        return seen.gaps(pruned);
    }

    /** Whether what was seen is the beginning of that log: one that was set back and written anew is another. */
    private boolean continues(Checkpoint checkpoint) {
        return checkpoint.origin().equals(seen.origin)
                && (seen.size == 0 || roots.apply(seen.size, checkpoint.size()).equals(seen.root));
    }

    /** Each piece is whole before it counts: half of one, counted twice, would make healthy positions look double. */
    private void advance(Seen to, Checkpoint checkpoint) {
        while (to.size < checkpoint.size()) {
            long end = Math.min(to.size + AT_ONCE, checkpoint.size());
            Hash root = roots.apply(end, checkpoint.size());
            ids.apply(to.size, end).forEach(to::add);
            to.size = end;
            to.root = root;
        }
    }

    /** What the first entries of a log say. */
    private static final class Seen {
        private final String origin;
        private final Map<String, PositionSet> partitions = new TreeMap<>();
        private final List<String> twice = new ArrayList<>();
        private long size;
        private long more;
        private @Nullable Hash root;

        Seen(String origin) {
            this.origin = origin;
        }

        private List<String> gaps(Map<String, Long> pruned) {
            List<String> gaps = new ArrayList<>(twice);
            long beyond = more;
            for (Map.Entry<String, PositionSet> partition : partitions.entrySet()) {
                for (PositionSet.Gap gap :
                        partition.getValue().gapsAbove(pruned.getOrDefault(partition.getKey(), -1L))) {
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

    private static String sentence(String partition, PositionSet.Gap gap) {
        return gap.to() - gap.from() == 1
                ? partition + "/" + gap.from() + " has no entry"
                : partition + "/" + gap.from() + " to " + (gap.to() - 1) + " have no entry";
    }
}
