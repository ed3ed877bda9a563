package io.sluice.protection.keytree;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.protection.crypto.HkdfExpand;
import java.util.Arrays;

/**
 * The steps down the tree: HKDF-Expand from a node's seed to its two children's, and from a leaf's seed to its key. No
 * step can be taken back. Confined to one thread; closing it overwrites the last key.
 */
final class Ladder implements AutoCloseable {
    static final int SEED_BYTES = HkdfExpand.KEY_BYTES;

    private static final byte[][] CHILD = {
        "sluice key tree node 0".getBytes(US_ASCII), "sluice key tree node 1".getBytes(US_ASCII)
    };
    private static final byte[] KEY = "sluice subject key".getBytes(US_ASCII);

    private final HkdfExpand hkdf = new HkdfExpand();

    /** The seed of a node's left (0) or right (1) child; may overwrite the node's own. */
    void child(byte[] seeds, int at, int bit, byte[] out, int outAt) {
        hkdf.block(seeds, at, CHILD[bit], out, outAt);
    }

    /** The key of the leaf under a node of that depth, into {@code key}. */
    void key(byte[] seeds, int at, int depth, LeafIndex leaf, byte[] key) {
        System.arraycopy(seeds, at, key, 0, SEED_BYTES);
        for (int position = depth; position < LeafIndex.BITS; position++) {
            child(key, 0, leaf.bit(position), key, 0);
        }
        hkdf.block(key, 0, KEY, key, 0);
    }

    /** Turns an owner's key into its part of a key of several. */
    void joint(byte[] key, byte[] info) {
        hkdf.block(key, 0, info, key, 0);
    }

    /** The seeds of all nodes at a depth, left to right. Overwrites the root. */
    byte[] level(byte[] root, int depth) {
        byte[] seeds = root.clone();
        Arrays.fill(root, (byte) 0);
        for (int level = 0; level < depth; level++) {
            byte[] below = new byte[2 * seeds.length];
            for (int at = 0; at < seeds.length; at += SEED_BYTES) {
                child(seeds, at, 0, below, 2 * at);
                child(seeds, at, 1, below, 2 * at + SEED_BYTES);
            }
            Arrays.fill(seeds, (byte) 0);
            seeds = below;
        }
        return seeds;
    }

    @Override
    public void close() {
        hkdf.wipe();
    }
}
