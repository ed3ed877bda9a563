package io.sluice.cli.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds any of many byte patterns in one pass over a file (Aho and Corasick, 1975). */
final class PatternSet {
    private final List<int[]> next = new ArrayList<>();
    private final List<@Nullable String> label = new ArrayList<>();
    private int[] fail = new int[0];

    PatternSet() {
        state();
    }

    void add(byte[] pattern, String name) {
        int at = 0;
        for (byte b : pattern) {
            int[] row = next.get(at);
            if (row[b & 0xff] < 0) {
                row[b & 0xff] = state();
            }
            at = row[b & 0xff];
        }
        label.set(at, name);
    }

    void freeze() {
        fail = new int[next.size()];
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        for (int b = 0; b < 256; b++) {
            int to = next.get(0)[b];
            if (to < 0) {
                next.get(0)[b] = 0;
            } else {
                queue.add(to);
            }
        }
        while (!queue.isEmpty()) {
            int at = queue.remove();
            if (label.get(at) == null) {
                label.set(at, label.get(fail[at]));
            }
            for (int b = 0; b < 256; b++) {
                int to = next.get(at)[b];
                if (to < 0) {
                    next.get(at)[b] = next.get(fail[at])[b];
                } else {
                    fail[to] = next.get(fail[at])[b];
                    queue.add(to);
                }
            }
        }
    }

    /** The names of the patterns that stand in a file. */
    Set<String> findIn(Path file) throws IOException {
        Set<String> found = new TreeSet<>();
        byte[] buffer = new byte[1 << 16];
        int at = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    at = next.get(at)[buffer[i] & 0xff];
                    String name = label.get(at);
                    if (name != null) {
                        found.add(name);
                    }
                }
            }
        }
        return found;
    }

    private int state() {
        int[] row = new int[256];
        java.util.Arrays.fill(row, -1);
        next.add(row);
        label.add(null);
        return next.size() - 1;
    }
}
