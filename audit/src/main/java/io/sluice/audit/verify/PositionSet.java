package io.sluice.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The offsets of one ingress partition that have an entry, as runs. Entries come nearly in order, so there are few runs.
 * Each run knows how many heartbeats had passed when it began, which tells an old gap from one that is still closing.
 */
final class PositionSet {
    /** A run from {@code start} (the map's key) up to {@code end}. */
    private record Run(long end, long born) {}

    /** Offsets without an entry, between the first and the last that have one. */
    record Gap(long from, long to, long born) {}

    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private long count;

    /** Adds an offset; false where it was there before. */
    boolean add(long offset, long heartbeats) {
        Map.Entry<Long, Run> below = runs.floorEntry(offset);
        if (below != null && offset < below.getValue().end()) {
            return false;
        }
        count++;
        long start = offset;
        long end = offset + 1;
        long born = heartbeats;
        if (below != null && below.getValue().end() == offset) {
            start = below.getKey();
            born = below.getValue().born();
        }
        Run above = runs.get(end);
        if (above != null) {
            runs.remove(end);
            end = above.end();
            born = Math.min(born, above.born());
        }
        runs.put(start, new Run(end, born));
        return true;
    }

    long count() {
        return count;
    }

    int runCount() {
        return runs.size();
    }

    long first() {
        return runs.firstKey();
    }

    long last() {
        return runs.lastEntry().getValue().end() - 1;
    }

    /** Gaps from the lowest up; a gap is as old as the oldest run above it. */
    List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        long born = Long.MAX_VALUE;
        for (Map.Entry<Long, Run> run : runs.descendingMap().entrySet()) {
            born = Math.min(born, run.getValue().born());
            Map.Entry<Long, Run> below = runs.lowerEntry(run.getKey());
            if (below != null) {
                gaps.add(0, new Gap(below.getValue().end(), run.getKey(), born));
            }
        }
        return gaps;
    }
}
