package io.sluice.audit.merkle;

import java.util.List;

/** The definition of RFC 6962 section 2.1 written down as it stands, to compare with. */
public final class NaiveTree implements PerfectNodes {
    private final List<Hash> leaves;

    public NaiveTree(List<Hash> leaves) {
        this.leaves = leaves;
    }

    @Override
    public Hash node(int level, long index) {
        int start = (int) (index << level);
        return root(leaves.subList(start, start + (1 << level)));
    }

    public static Hash root(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return TreeHashes.emptyRoot();
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int split = 1;
        while (split * 2 < leaves.size()) {
            split *= 2;
        }
        return TreeHashes.node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }
}
