package io.sluice.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/** Makes the proofs of RFC 6962 sections 2.1.1 and 2.1.2; hashes run from the leaf to the root. */
public final class Proofs {
    private Proofs() {}

    /** Proves that leaf {@code index} stands in the tree of {@code size} leaves. */
    public static List<Hash> inclusion(long index, long size, PerfectNodes nodes) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("leaf " + index + " is not in a tree of " + size);
        }
        List<Hash> proof = new ArrayList<>();
        path(index, 0, size, nodes, proof);
        return proof;
    }

    /** Proves that the tree of {@code size} leaves extends the one of {@code oldSize}; empty for 0 and for equal sizes. */
    public static List<Hash> consistency(long oldSize, long size, PerfectNodes nodes) {
        if (oldSize < 0 || oldSize > size) {
            throw new IllegalArgumentException("a tree of " + size + " does not extend one of " + oldSize);
        }
        List<Hash> proof = new ArrayList<>();
        if (oldSize > 0 && oldSize < size) {
            subproof(oldSize, 0, size, true, nodes, proof);
        }
        return proof;
    }

    /** The root over the leaves from {@code start} up to {@code end}; {@code start} is a multiple of a power of two not below the width. */
    public static Hash root(long start, long end, PerfectNodes nodes) {
        if (start == end) {
            return TreeHashes.emptyRoot();
        }
        long width = end - start;
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return nodes.node(level, start >>> level);
        }
        long split = start + splitPoint(width);
        return TreeHashes.node(root(start, split, nodes), root(split, end, nodes));
    }

    private static void path(long index, long start, long end, PerfectNodes nodes, List<Hash> proof) {
        if (end - start == 1) {
            return;
        }
        long split = start + splitPoint(end - start);
        if (index < split) {
            path(index, start, split, nodes, proof);
            proof.add(root(split, end, nodes));
        } else {
            path(index, split, end, nodes, proof);
            proof.add(root(start, split, nodes));
        }
    }

    /** SUBPROOF(m, D[n], b): {@code known} says that the verifier has the root of the old part already. */
    private static void subproof(
            long oldEnd, long start, long end, boolean known, PerfectNodes nodes, List<Hash> proof) {
        if (oldEnd == end) {
            if (!known) {
                proof.add(root(start, end, nodes));
            }
            return;
        }
        long split = start + splitPoint(end - start);
        if (oldEnd <= split) {
            subproof(oldEnd, start, split, known, nodes, proof);
            proof.add(root(split, end, nodes));
        } else {
            subproof(oldEnd, split, end, false, nodes, proof);
            proof.add(root(start, split, nodes));
        }
    }

    /** The largest power of two below {@code width}. */
    private static long splitPoint(long width) {
        return Long.highestOneBit(width - 1);
    }
}
