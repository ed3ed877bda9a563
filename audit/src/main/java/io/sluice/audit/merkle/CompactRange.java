package io.sluice.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * The roots of the perfect subtrees that make up a tree of any size, largest first: all that is needed to append to it
 * and to know its root. Not safe for use by many threads.
 */
public final class CompactRange {
    private final List<Hash> roots;
    private long size;

    private CompactRange(List<Hash> roots, long size) {
        this.roots = roots;
        this.size = size;
    }

    /** The range of the tree without entries. */
    public static CompactRange empty() {
        return new CompactRange(new ArrayList<>(), 0);
    }

    /**
     * The range of a tree of {@code size} leaves.
     *
     * @param roots one hash for each bit that is set in {@code size}, largest subtree first
     */
    public static CompactRange of(long size, List<Hash> roots) {
        if (size < 0 || Long.bitCount(size) != roots.size()) {
            throw new IllegalArgumentException(roots.size() + " subtree roots cannot make a tree of " + size);
        }
        return new CompactRange(new ArrayList<>(roots), size);
    }

    /** Adds the hash of the next leaf. */
    public void append(Hash leaf) {
        Hash carried = leaf;
        for (long bits = size; (bits & 1) == 1; bits >>>= 1) {
            carried = TreeHashes.node(roots.remove(roots.size() - 1), carried);
        }
        roots.add(carried);
        size++;
    }

    /** How many leaves were appended. */
    public long size() {
        return size;
    }

    /** The roots of the perfect subtrees, largest first. */
    public List<Hash> roots() {
        return List.copyOf(roots);
    }

    /** The root of the whole tree, RFC 6962 section 2.1. */
    public Hash root() {
        if (roots.isEmpty()) {
            return TreeHashes.emptyRoot();
        }
        Hash root = roots.get(roots.size() - 1);
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = TreeHashes.node(roots.get(i), root);
        }
        return root;
    }
}
