package io.sluice.audit.log;

import io.sluice.audit.merkle.CompactRange;
import io.sluice.audit.merkle.Hash;
import io.sluice.audit.merkle.TreeHashes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of tiles of hashes, and the hashes of nodes inside one. */
public final class HashTile {
    /** Bytes of a full tile. */
    public static final int FULL_BYTES = TileId.FULL * Hash.SIZE;

    private HashTile() {}

    /** The hash in slot {@code slot}. */
    public static Hash slot(byte[] tile, int slot) {
        return Hash.at(tile, slot * Hash.SIZE);
    }

    /** The root over the first {@code width} hashes. */
    public static Hash root(byte[] tile, int width) {
        CompactRange range = CompactRange.empty();
        for (int i = 0; i < width; i++) {
            range.append(slot(tile, i));
        }
        return range.root();
    }

    /** The node over the {@code 2^height} hashes that start at slot {@code index * 2^height}. */
    public static Hash node(byte[] tile, int height, int index) {
        if (height == 0) {
            return slot(tile, index);
        }
        return TreeHashes.node(node(tile, height - 1, 2 * index), node(tile, height - 1, 2 * index + 1));
    }

    /** The roots of the perfect subtrees that the first {@code width} hashes make up, largest first. */
    public static List<Hash> perfectRoots(byte[] tile, int width) {
        List<Hash> roots = new ArrayList<>();
        int slot = 0;
        for (int height = TileId.FULL_LOG2 - 1; height >= 0; height--) {
            if ((width >>> height & 1) == 1) {
                roots.add(node(tile, height, slot >>> height));
                slot += 1 << height;
            }
        }
        return roots;
    }

    /** The first {@code width} hashes. */
    public static byte[] prefix(byte[] tile, int width) {
        return Arrays.copyOf(tile, width * Hash.SIZE);
    }
}
