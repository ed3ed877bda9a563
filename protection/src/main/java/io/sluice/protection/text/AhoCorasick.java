package io.sluice.protection.text;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * All occurrences of many words in one pass (Aho and Corasick 1975): linear in the text and in what it finds, whatever the
 * words. Immutable after construction.
 */
final class AhoCorasick {
    /** What is told of an occurrence. */
    interface Found {
        /** @param end behind its last character */
        void word(int word, int end);
    }

    /** The text, character by character. */
    interface Text {
        char at(int index);
    }

    private static final int NONE = -1;
    private static final int ROOT = 0;

    private final int mask;
    /** Transitions: node and character, plus one; open addressing. */
    private final long[] keys;

    private final int[] targets;
    private final int[] fail;
    private final int[] wordAt;
    /** The next node of the failure chain at which a word ends. */
    private final int[] shorter;

    /** @param words none empty, none twice */
    AhoCorasick(List<String> words) {
        int most = 1 + words.stream().mapToInt(String::length).sum();
        int slots = Integer.highestOneBit(most * 2) * 2;
        mask = slots - 1;
        keys = new long[slots];
        targets = new int[slots];
        fail = new int[most];
        wordAt = new int[most];
        shorter = new int[most];
        int[] parent = new int[most];
        char[] by = new char[most];
        Arrays.fill(wordAt, NONE);
        Arrays.fill(shorter, NONE);
        int[] depth = new int[most];
        int nodes = 1;
        int deepest = 0;
        for (int word = 0; word < words.size(); word++) {
            String text = words.get(word);
            int node = ROOT;
            for (int i = 0; i < text.length(); i++) {
                int next = target(node, text.charAt(i));
                if (next == NONE) {
                    next = nodes++;
                    put(node, text.charAt(i), next);
                    parent[next] = node;
                    by[next] = text.charAt(i);
                    depth[next] = i + 1;
                    deepest = Math.max(deepest, i + 1);
                }
                node = next;
            }
            wordAt[node] = word;
        }
        link(nodes, parent, by, byDepth(nodes, depth, deepest));
    }

    /** Nodes in the order of their depth, the root left out. */
    private static Deque<Integer> byDepth(int nodes, int[] depth, int deepest) {
        Deque<Integer> order = new ArrayDeque<>(nodes);
        int[] count = new int[deepest + 2];
        for (int node = 1; node < nodes; node++) {
            count[depth[node] + 1]++;
        }
        for (int i = 1; i < count.length; i++) {
            count[i] += count[i - 1];
        }
        int[] sorted = new int[nodes - 1];
        for (int node = 1; node < nodes; node++) {
            sorted[count[depth[node]]++] = node;
        }
        for (int node : sorted) {
            order.add(node);
        }
        return order;
    }

    private void link(int nodes, int[] parent, char[] by, Deque<Integer> order) {
        if (nodes == 1) {
            return;
        }
        for (int node : order) {
            int back = parent[node] == ROOT ? ROOT : step(fail[parent[node]], by[node]);
            fail[node] = back;
            shorter[node] = wordAt[back] != NONE ? back : shorter[back];
        }
    }

    void search(Text text, int length, Found found) {
        int node = ROOT;
        for (int i = 0; i < length; i++) {
            node = step(node, text.at(i));
            for (int end = wordAt[node] != NONE ? node : shorter[node]; end != NONE; end = shorter[end]) {
                found.word(wordAt[end], i + 1);
            }
        }
    }

    private int step(int from, char c) {
        int node = from;
        while (true) {
            int next = target(node, c);
            if (next != NONE) {
                return next;
            }
            if (node == ROOT) {
                return ROOT;
            }
            node = fail[node];
        }
    }

    private int target(int node, char c) {
        long key = ((long) node << 16 | c) + 1;
        for (int slot = slot(key); keys[slot] != 0; slot = slot + 1 & mask) {
            if (keys[slot] == key) {
                return targets[slot];
            }
        }
        return NONE;
    }

    private void put(int node, char c, int target) {
        long key = ((long) node << 16 | c) + 1;
        int slot = slot(key);
        while (keys[slot] != 0) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        targets[slot] = target;
    }

    private int slot(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
    }
}
