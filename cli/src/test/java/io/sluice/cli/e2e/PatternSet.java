package io.sluice.cli.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds any of many byte patterns in one pass over bytes (Rabin and Karp, over the first bytes of each pattern). */
final class PatternSet {
    private static final int SHORTEST = 4;
    private static final int WINDOW = 8;
    private static final int FILTER_BITS = 1 << 24;

    private record Pattern(byte[] bytes, String name) {}

    /** Patterns by their first {@code width} bytes, behind a filter that says no without boxing. */
    private static final class Starts {
        private final int width;
        private final Map<Long, List<Pattern>> byStart = new HashMap<>();
        private final BitSet filter = new BitSet(FILTER_BITS);

        Starts(int width) {
            this.width = width;
        }

        void add(Pattern pattern) {
            long start = 0;
            for (int i = 0; i < width; i++) {
                start = start << 8 | pattern.bytes()[i] & 0xff;
            }
            byStart.computeIfAbsent(start, key -> new ArrayList<>(1)).add(pattern);
            filter.set(bit(start));
        }

        void find(byte[] text, Set<String> found) {
            long mask = width == Long.BYTES ? -1 : (1L << 8 * width) - 1;
            long window = 0;
            for (int end = 0; end < text.length; end++) {
                window = (window << 8 | text[end] & 0xff) & mask;
                if (end >= width - 1 && filter.get(bit(window))) {
                    int at = end - width + 1;
                    for (Pattern pattern : byStart.getOrDefault(window, List.of())) {
                        int last = at + pattern.bytes().length;
                        if (last <= text.length && Arrays.equals(text, at, last, pattern.bytes(), 0, last - at)) {
                            found.add(pattern.name());
                        }
                    }
                }
            }
        }

        private static int bit(long start) {
            return (int) (start * 0x9e3779b97f4a7c15L >>> 40);
        }
    }

    private final Starts longer = new Starts(WINDOW);
    private final Starts shorter = new Starts(SHORTEST);

    /** Patterns shorter than four bytes are left out: they stand everywhere. */
    void add(byte[] bytes, String name) {
        if (bytes.length >= WINDOW) {
            longer.add(new Pattern(bytes, name));
        } else if (bytes.length >= SHORTEST) {
            shorter.add(new Pattern(bytes, name));
        }
    }

    /** The names of the patterns that stand in these bytes. */
    Set<String> findIn(byte[] text) {
        Set<String> found = new TreeSet<>();
        longer.find(text, found);
        shorter.find(text, found);
        return found;
    }
}
