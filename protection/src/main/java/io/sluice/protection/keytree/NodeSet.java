package io.sluice.protection.keytree;

import static io.sluice.protection.keytree.Ladder.SEED_BYTES;

import io.sluice.protection.keytree.KeyTreeException.Code;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one shard of the tree: the seeds of the highest nodes under which no leaf was punctured. They cover
 * every living leaf of the shard and no punctured one.
 *
 * <p>The positions of the nodes follow from the punctured leaves, so the state is the sorted leaves and the seeds from
 * left to right: whatever the order of punctures, the same leaves give the same bytes, and no bytes can describe nodes that
 * overlap. 16 bytes a leaf, and at most 116 seeds of 32 bytes.
 *
 * <p>A holder of key material: prints nothing, {@link #destroy} overwrites, any use after that throws. Safe for several
 * threads.
 */
final class NodeSet {
    /** Leading bits of a leaf's index that name its shard. */
    static final int SHARD_BITS = 12;
    /** Shards of a tree. */
    static final int SHARDS = 1 << SHARD_BITS;
    /** Most punctured leaves of a shard; with it a state has at most 15.3 MB. */
    static final int MAX_PUNCTURED = 4_096;
    /** Longest state. */
    static final int MAX_BYTES = 4 + MAX_PUNCTURED * (LeafIndex.BYTES + (LeafIndex.BITS - SHARD_BITS) * SEED_BYTES);

    private final int shard;
    private List<LeafIndex> punctured;
    /** Gap g lies before leaf g: the number of seeds left of it; behind the last gap, of all. */
    private int[] seedsBefore;

    private byte[] seeds;
    private boolean destroyed;

    private NodeSet(int shard, List<LeafIndex> punctured, int[] seedsBefore, byte[] ownedSeeds) {
        this.shard = shard;
        this.punctured = punctured;
        this.seedsBefore = seedsBefore;
        this.seeds = ownedSeeds;
    }

    /** A shard of which nothing was punctured, from the seed at {@code at}. */
    static NodeSet whole(int shard, byte[] seeds, int at) {
        return new NodeSet(shard, List.of(), layout(List.of()), Arrays.copyOfRange(seeds, at, at + SEED_BYTES));
    }

    /**
     * The state that {@link #encode} wrote.
     *
     * @throws KeyTreeException {@code MALFORMED} where the bytes are no state of this shard
     */
    static NodeSet decode(int shard, byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        if (state.length < 4) {
            throw malformed(shard, "it has " + state.length + " bytes");
        }
        int count = in.getInt();
        if (count < 0 || count > MAX_PUNCTURED || in.remaining() < count * LeafIndex.BYTES) {
            throw malformed(shard, "it says that " + Integer.toUnsignedString(count) + " leaves were punctured");
        }
        List<LeafIndex> leaves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            LeafIndex leaf = LeafIndex.read(in);
            if (leaf.shard() != shard || i > 0 && leaves.get(i - 1).compareTo(leaf) >= 0) {
                throw malformed(shard, "leaf " + i + " is of another shard, or not behind the one before");
            }
            leaves.add(leaf);
        }
        int[] layout = layout(leaves);
        if (in.remaining() != layout[count + 1] * SEED_BYTES) {
            throw malformed(
                    shard,
                    "seeds take " + in.remaining() + " bytes where " + layout[count + 1] * SEED_BYTES + " belong");
        }
        return new NodeSet(shard, List.copyOf(leaves), layout, Arrays.copyOfRange(state, in.position(), state.length));
    }

    /** The state in clear; the caller wraps it and overwrites the array. */
    synchronized byte[] encode() {
        requireAlive();
        ByteBuffer out = ByteBuffer.allocate(bytes()).putInt(punctured.size());
        punctured.forEach(leaf -> leaf.write(out));
        return out.put(seeds).array();
    }

    /** Length of the state. */
    synchronized int bytes() {
        return 4 + punctured.size() * LeafIndex.BYTES + seeds.length;
    }

    /** Number of punctured leaves. */
    synchronized int puncturedLeaves() {
        return punctured.size();
    }

    synchronized boolean isPunctured(LeafIndex leaf) {
        requireAlive();
        return Collections.binarySearch(punctured, ours(leaf)) >= 0;
    }

    /** Writes the leaf's key; false where it was punctured, and then nothing is written. */
    synchronized boolean derive(LeafIndex leaf, byte[] key) {
        requireAlive();
        Node cover = cover(ours(leaf));
        if (cover == null) {
            return false;
        }
        try (Ladder ladder = new Ladder()) {
            ladder.key(seeds, cover.ordinal() * SEED_BYTES, cover.depth(), leaf, key);
        }
        return true;
    }

    /**
     * Makes the leaf's key underivable: its covering node gives way to the siblings along the path to the leaf. False, and
     * nothing changes, where it was punctured before.
     *
     * @throws KeyTreeException {@code FULL} where the shard has {@link #MAX_PUNCTURED} leaves
     */
    synchronized boolean puncture(LeafIndex leaf) {
        requireAlive();
        Node cover = cover(ours(leaf));
        if (cover == null) {
            return false;
        }
        if (punctured.size() == MAX_PUNCTURED) {
            throw new KeyTreeException(
                    Code.FULL,
                    "shard " + shard + " has " + MAX_PUNCTURED + " punctured leaves, its limit; begin a new epoch");
        }
        byte[] before = seeds;
        int at = cover.ordinal() * SEED_BYTES;
        int siblings = LeafIndex.BITS - cover.depth();
        byte[] after = new byte[before.length + (siblings - 1) * SEED_BYTES];
        System.arraycopy(before, 0, after, 0, at);
        int behind = before.length - at - SEED_BYTES;
        System.arraycopy(before, at + SEED_BYTES, after, after.length - behind, behind);

        byte[] onPath = Arrays.copyOfRange(before, at, at + SEED_BYTES);
        int left = at;
        int right = at + siblings * SEED_BYTES;
        try (Ladder ladder = new Ladder()) {
            for (int position = cover.depth(); position < LeafIndex.BITS; position++) {
                // Left siblings come from the top down, right ones from the bottom up: that is left to right.
                if (leaf.bit(position) == 1) {
                    ladder.child(onPath, 0, 0, after, left);
                    left += SEED_BYTES;
                } else {
                    right -= SEED_BYTES;
                    ladder.child(onPath, 0, 1, after, right);
                }
                ladder.child(onPath, 0, leaf.bit(position), onPath, 0);
            }
        } finally {
            Arrays.fill(onPath, (byte) 0);
        }
        List<LeafIndex> leaves = new ArrayList<>(punctured);
        leaves.add(-Collections.binarySearch(punctured, leaf) - 1, leaf);
        punctured = List.copyOf(leaves);
        seedsBefore = layout(punctured);
        seeds = after;
        Arrays.fill(before, (byte) 0);
        return true;
    }

    /** Overwrites the seeds. May be called more than once. */
    synchronized void destroy() {
        Arrays.fill(seeds, (byte) 0);
        destroyed = true;
    }

    synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return "NodeSet[shard " + shard + ", hidden]";
    }

    /** A node by its number from the left, at a depth below the root. */
    private record Node(int ordinal, int depth) {}

    /** The node over a leaf; null where the leaf was punctured. */
    private @Nullable Node cover(LeafIndex leaf) {
        int found = Collections.binarySearch(punctured, leaf);
        if (found >= 0) {
            return null;
        }
        if (punctured.isEmpty()) {
            return new Node(0, SHARD_BITS);
        }
        int gap = -found - 1;
        int left = gap == 0 ? -1 : leaf.commonPrefix(punctured.get(gap - 1));
        int right = gap == punctured.size() ? -1 : leaf.commonPrefix(punctured.get(gap));
        int first = seedsBefore[gap];
        // The leaf hangs from the path of the neighbour with which it shares more: one step off that path is its node.
        if (left > right) {
            return new Node(first + punctured.get(gap - 1).zerosFrom(left + 1), left + 1);
        }
        LeafIndex neighbour = punctured.get(gap);
        int fork = fork(punctured, gap);
        int leftHalf = gap == 0 ? 0 : punctured.get(gap - 1).zerosFrom(fork + 1);
        return new Node(first + leftHalf + neighbour.onesFrom(fork + 1) - neighbour.onesFrom(right), right + 1);
    }

    /** How many seeds lie left of each gap: see {@link #seedsBefore}. */
    private static int[] layout(List<LeafIndex> leaves) {
        int[] before = new int[leaves.size() + 2];
        for (int gap = 0; gap <= leaves.size(); gap++) {
            int fork = fork(leaves, gap);
            int right = gap == leaves.size() ? 0 : leaves.get(gap).onesFrom(fork + 1);
            int left = gap == 0 ? 0 : leaves.get(gap - 1).zerosFrom(fork + 1);
            before[gap + 1] = before[gap] + left + right;
        }
        if (leaves.isEmpty()) {
            before[1] = 1; // the shard's own node
        }
        return before;
    }

    /** The position at which the paths of the leaves around a gap part; at the edges, the step to the shard's node. */
    private static int fork(List<LeafIndex> leaves, int gap) {
        return gap == 0 || gap == leaves.size()
                ? SHARD_BITS - 1
                : leaves.get(gap - 1).commonPrefix(leaves.get(gap));
    }

    private LeafIndex ours(LeafIndex leaf) {
        if (leaf.shard() != shard) {
            throw new IllegalArgumentException("a leaf of shard " + leaf.shard() + " is not in shard " + shard);
        }
        return leaf;
    }

    private void requireAlive() {
        if (destroyed) {
            throw new IllegalStateException("the nodes have been destroyed");
        }
    }

    private static KeyTreeException malformed(int shard, String what) {
        return new KeyTreeException(Code.MALFORMED, "the state of shard " + shard + " is malformed: " + what);
    }
}
