package io.sluice.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The offsets of one ingress partition that have an entry, as runs. Entries come nearly in order, so there are few runs.
 * Each run knows how many heartbeats had passed when it began, which tells an old gap from one that is still closing.
 */
public final class PositionSet {
    /** A run from {@code start} (the map's key) up to {@code end}. */
    private record Run(long end, long born) {}

    /** Offsets without an entry, between the first and the last that have one. */
    public record Gap(long from, long to, long born) {}

    private final TreeMap<Long, Run> runs = new TreeMap<>();
    private long count;

    /** Adds an offset; false where it was there before. */
    public boolean add(long offset, long heartbeats) {
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

    /** How many there are. */
    public long count() {
        return count;
    }

    /** Of how many runs they are. */
    public int runCount() {
        return runs.size();
    }

    /** How many are missing between the first and the last, of those up to {@code known}. */
    public long missingUpTo(long known) {
        return gaps().stream()
                .filter(gap -> gap.from() <= known)
                .mapToLong(gap -> Math.min(gap.to() - 1, known) - gap.from() + 1)
                .sum();
    }

    /** The lowest; there has to be one. */
    public long first() {
        return runs.firstKey();
    }

    /** The highest; there has to be one. */
    public long last() {
        return runs.lastEntry().getValue().end() - 1;
    }

    /**
     * The gaps of a log whose oldest entries were pruned: those above {@code known}, the highest position that may have had
     * its entry there, and what is missing between it and the lowest. @param known -1 where nothing was pruned
     */
    public List<Gap> gapsAbove(long known) {
        List<Gap> gaps = new ArrayList<>();
        if (known >= 0 && first() > known + 1) {
            gaps.add(new Gap(known + 1, first(), 0));
        }
        for (Gap gap : gaps()) {
            if (gap.to() > known + 1) {
                gaps.add(new Gap(Math.max(gap.from(), known + 1), gap.to(), gap.born()));
            }
        }
        return gaps;
    }

    /** Gaps from the lowest up; a gap is as old as the oldest run above it. */
    public List<Gap> gaps() {
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
