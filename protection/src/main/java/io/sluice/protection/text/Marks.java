package io.sluice.protection.text;

import io.sluice.protection.text.Identifier.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The places of a text that are to be masked. Those that overlap become one, of the longest one's kind. Confined to one thread. */
final class Marks {
    /** A place: from, behind it, and what stands there. */
    record Mark(int from, int to, Kind kind) {}

    private final List<Mark> marks = new ArrayList<>();

    void add(int from, int to, Kind kind) {
        marks.add(new Mark(from, to, kind));
    }

    /** In order, none overlapping another. */
    List<Mark> merged() {
        List<Mark> sorted = new ArrayList<>(marks);
        sorted.sort(Comparator.comparingInt(Mark::from).thenComparingInt(mark -> -mark.to()));
        List<Mark> merged = new ArrayList<>();
        int longest = 0;
        for (Mark mark : sorted) {
            Mark last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            int length = mark.to() - mark.from();
            if (last == null || mark.from() >= last.to()) {
                merged.add(mark);
                longest = length;
                continue;
            }
            Kind kind = length > longest ? mark.kind() : last.kind();
            longest = Math.max(longest, length);
            merged.set(merged.size() - 1, new Mark(last.from(), Math.max(last.to(), mark.to()), kind));
        }
        return merged;
    }
}
