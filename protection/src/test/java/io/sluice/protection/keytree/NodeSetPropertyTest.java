package io.sluice.protection.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What puncturing promises, against a tree that is walked from the shard's seed with another HMAC. */
class NodeSetPropertyTest {
    private static final int SHARD = 0xabc;
    private static final int ROUNDS = 12;

    private final Random random = Trees.random("NodeSetPropertyTest");
    private final byte[] seed = new byte[32];

    {
        random.nextBytes(seed);
    }

    @Test
    void noOtherKeyChangesAndNoPuncturedOneComesBack() {
        for (int round = 0; round < ROUNDS; round++) {
            List<LeafIndex> leaves = leaves(1 + random.nextInt(12));
            List<LeafIndex> others = leaves(6);
            others.removeAll(leaves);
            NodeSet nodes = whole();
            for (int i = 0; i < leaves.size(); i++) {
                assertThat(nodes.puncture(leaves.get(i))).isTrue();
                if (random.nextBoolean()) { // from memory, and from what was written
                    nodes = NodeSet.decode(SHARD, nodes.encode());
                }
                List<LeafIndex> living = new ArrayList<>(others);
                living.addAll(leaves.subList(i + 1, leaves.size()));
                for (LeafIndex leaf : living) {
                    assertThat(key(nodes, leaf))
                            .isEqualTo(path(leaf).get(path(leaf).size() - 1));
                    assertThat(nodes.isPunctured(leaf)).isFalse();
                }
                Set<String> seeds = seeds(nodes.encode());
                for (LeafIndex leaf : leaves.subList(0, i + 1)) {
                    assertThat(key(nodes, leaf)).isEqualTo("none");
                    assertThat(nodes.isPunctured(leaf)).isTrue();
                    // Nothing that leads to the key is left: neither a node above the leaf, nor the leaf, nor the key.
                    assertThat(path(leaf)).doesNotContainAnyElementsOf(seeds);
                }
                assertThat(List.copyOf(seeds(nodes.encode())))
                        .containsExactlyElementsOf(cover(prefix(), 12, leaves.subList(0, i + 1), seed));
            }
        }
    }

    @Test
    void theOrderOfPuncturesDoesNotMatterNorDoTwice() {
        for (int round = 0; round < ROUNDS; round++) {
            List<LeafIndex> leaves = leaves(2 + random.nextInt(20));
            NodeSet one = whole();
            leaves.forEach(one::puncture);
            Collections.shuffle(leaves, random);
            NodeSet other = whole();
            leaves.forEach(other::puncture);
            byte[] state = other.encode();
            for (LeafIndex leaf : leaves) {
                assertThat(other.puncture(leaf)).isFalse();
            }
            assertThat(one.encode()).isEqualTo(state);
            assertThat(other.encode()).isEqualTo(state);
            assertThat(other.bytes()).isEqualTo(state.length);
        }
    }

    @Test
    void anAlteredStateIsRefusedOrIsNoSecondFormOfAnother() {
        NodeSet nodes = whole();
        leaves(5).forEach(nodes::puncture);
        byte[] state = nodes.encode();
        for (int length = 0; length < state.length; length += 1 + random.nextInt(50)) {
            int cut = length;
            assertThatThrownBy(() -> NodeSet.decode(SHARD, Arrays.copyOf(state, cut)))
                    .isInstanceOfSatisfying(
                            KeyTreeException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
        }
        assertThatThrownBy(() -> NodeSet.decode(SHARD, Arrays.copyOf(state, state.length + 32)))
                .hasMessageContaining("seeds take");
        assertThatThrownBy(() -> NodeSet.decode(SHARD + 1, state)).hasMessageContaining("of another shard");
        byte[] swapped = state.clone();
        System.arraycopy(state, 4, swapped, 20, 16);
        System.arraycopy(state, 20, swapped, 4, 16);
        assertThatThrownBy(() -> NodeSet.decode(SHARD, swapped)).hasMessageContaining("not behind the one before");
        byte[] many = state.clone();
        ByteBuffer.wrap(many).putInt(0, NodeSet.MAX_PUNCTURED + 1);
        assertThatThrownBy(() -> NodeSet.decode(SHARD, many)).hasMessageContaining("4097 leaves");
        ByteBuffer.wrap(many).putInt(0, -1);
        assertThatThrownBy(() -> NodeSet.decode(SHARD, many)).hasMessageContaining("4294967295 leaves");
        for (int i = 0; i < 500; i++) { // whatever else is accepted is written back as it came
            byte[] altered = state.clone();
            int bit = random.nextInt(8 * 84); // count and leaves; seeds are any bytes
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(NodeSet.decode(SHARD, altered).encode()).isEqualTo(altered);
            } catch (KeyTreeException e) {
                assertThat(e.code()).isEqualTo(Code.MALFORMED);
            }
        }
    }

    @Test
    void aShardHasALimit() {
        // Leaves side by side leave few seeds, so that a full shard is soon made.
        List<LeafIndex> leaves = new ArrayList<>();
        for (int i = 0; i < NodeSet.MAX_PUNCTURED; i++) {
            leaves.add(new LeafIndex((long) SHARD << 52, i));
        }
        List<String> seeds = cover(prefix(), 12, leaves, seed);
        ByteBuffer state =
                ByteBuffer.allocate(4 + 16 * leaves.size() + 32 * seeds.size()).putInt(leaves.size());
        leaves.forEach(leaf -> leaf.write(state));
        seeds.forEach(one -> state.put(HexFormat.of().parseHex(one)));
        NodeSet full = NodeSet.decode(SHARD, state.array());
        LeafIndex next = new LeafIndex((long) SHARD << 52, leaves.size());
        String before = key(full, next);

        assertThatThrownBy(() -> full.puncture(next))
                .hasMessageContaining("begin a new epoch")
                .isInstanceOfSatisfying(
                        KeyTreeException.class, e -> assertThat(e.code()).isEqualTo(Code.FULL));
        assertThat(key(full, next)).isEqualTo(before).isNotEqualTo("none");
        assertThat(full.puncture(leaves.get(7))).isFalse();
        assertThat(NodeSet.MAX_BYTES).isGreaterThan(state.capacity());
    }

    @Test
    void isSilentAndGoneAfterDestruction() {
        NodeSet nodes = whole();
        LeafIndex leaf = leaves(1).get(0);
        assertThat(nodes).hasToString("NodeSet[shard 2748, hidden]");
        nodes.destroy();
        assertThat(nodes.isDestroyed()).isTrue();
        assertThatThrownBy(() -> nodes.derive(leaf, new byte[32])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> nodes.puncture(leaf)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(nodes::encode).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> whole().isPunctured(new LeafIndex(0, 1))).hasMessageContaining("shard 0");
    }

    private NodeSet whole() {
        return NodeSet.whole(SHARD, seed, 0);
    }

    /** Distinct leaves of the shard: far apart, side by side, at its edges, and in whole small subtrees. */
    private List<LeafIndex> leaves(int count) {
        Set<LeafIndex> leaves = new HashSet<>();
        LeafIndex near = random(LeafIndex.BITS);
        while (leaves.size() < count) {
            leaves.add(
                    switch (random.nextInt(5)) {
                        case 0 -> random(LeafIndex.BITS);
                        case 1 -> new LeafIndex(near.high(), near.low() ^ random.nextInt(8));
                        case 2 -> new LeafIndex(near.high() ^ 1L << random.nextInt(52), near.low());
                        case 3 -> new LeafIndex(near.high(), near.low() ^ 1L << random.nextInt(64));
                        default ->
                            random.nextBoolean()
                                    ? new LeafIndex(prefix().high(), random.nextInt(4))
                                    : new LeafIndex(prefix().high() | -1L >>> 12, -1L - random.nextInt(4));
                    });
        }
        List<LeafIndex> shuffled = new ArrayList<>(leaves);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private LeafIndex random(int bits) {
        return new LeafIndex(prefix().high() | random.nextLong() >>> 12, random.nextLong() & -1L >>> 128 - bits);
    }

    private static LeafIndex prefix() {
        return new LeafIndex((long) SHARD << 52, 0);
    }

    private static String key(NodeSet nodes, LeafIndex leaf) {
        byte[] key = new byte[32];
        return nodes.derive(leaf, key) ? HexFormat.of().formatHex(key) : "none";
    }

    private static Set<String> seeds(byte[] state) {
        Set<String> seeds = new java.util.LinkedHashSet<>();
        for (int at = 4 + 16 * ByteBuffer.wrap(state).getInt(); at < state.length; at += 32) {
            seeds.add(HexFormat.of().formatHex(state, at, at + 32));
        }
        return seeds;
    }

    /** The seeds from the shard's node to the leaf, and the key. */
    private List<String> path(LeafIndex leaf) {
        List<String> path = new ArrayList<>();
        byte[] node = seed;
        for (int position = 12; position < 128; position++) {
            path.add(HexFormat.of().formatHex(node));
            node = expand(node, "sluice key tree node " + leaf.bit(position));
        }
        path.add(HexFormat.of().formatHex(node));
        path.add(HexFormat.of().formatHex(expand(node, "sluice subject key")));
        return path;
    }

    private static List<String> cover(LeafIndex prefix, int depth, List<LeafIndex> punctured, byte[] node) {
        if (punctured.isEmpty()) {
            return List.of(HexFormat.of().formatHex(node));
        }
        List<String> covered = new ArrayList<>();
        for (int bit = 0; bit < 2 && depth < 128; bit++) {
            int side = bit;
            covered.addAll(cover(
                    prefix,
                    depth + 1,
                    punctured.stream().filter(leaf -> leaf.bit(depth) == side).toList(),
                    expand(node, "sluice key tree node " + bit)));
        }
        return covered;
    }

    private static byte[] expand(byte[] key, String info) {
        return new HmacSha256(SecretBytes.copyOf(key)).of((info + "\u0001").getBytes(StandardCharsets.US_ASCII));
    }
}
