package io.sluice.audit.merkle;

import java.util.List;

/**
 * Checks proofs as RFC 9162 sections 2.1.3.2 and 2.1.4.2 do (the same proofs as RFC 6962, the check written out).
 * Answers false for whatever does not prove what it should, of any length and with any numbers; never throws.
 */
public final class ProofCheck {
    private ProofCheck() {}

    /** Whether {@code proof} shows that {@code leaf} is leaf {@code index} of the tree of {@code size} with {@code root}. */
    public static boolean inclusion(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        Hash computed = leaf;
        for (Hash sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                computed = TreeHashes.node(sibling, computed);
                // Levels at which this node is the last and has no sibling add nothing to the proof.
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                computed = TreeHashes.node(computed, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && computed.equals(root);
    }

    /** Whether {@code proof} shows that the tree of {@code size} extends the one of {@code oldSize}. */
    public static boolean consistency(long oldSize, long size, List<Hash> proof, Hash oldRoot, Hash root) {
        if (oldSize < 0 || oldSize > size) {
            return false;
        }
        if (oldSize == size) {
            return proof.isEmpty() && oldRoot.equals(root);
        }
        if (oldSize == 0) {
            return proof.isEmpty() && oldRoot.equals(TreeHashes.emptyRoot());
        }
        if (proof.isEmpty()) {
            return false;
        }
        boolean powerOfTwo = Long.bitCount(oldSize) == 1;
        return consistencyWalk(
                oldSize - 1, size - 1, powerOfTwo ? oldRoot : proof.get(0), proof, powerOfTwo ? 0 : 1, oldRoot, root);
    }

    private static boolean consistencyWalk(
            long oldLast, long newLast, Hash start, List<Hash> proof, int from, Hash oldRoot, Hash root) {
        long node = oldLast;
        long last = newLast;
        while ((node & 1) == 1) {
            node >>>= 1;
            last >>>= 1;
        }
        Hash oldComputed = start;
        Hash computed = start;
        for (Hash sibling : proof.subList(from, proof.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldComputed = TreeHashes.node(sibling, oldComputed);
                computed = TreeHashes.node(sibling, computed);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                computed = TreeHashes.node(computed, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && oldComputed.equals(oldRoot) && computed.equals(root);
    }
}
