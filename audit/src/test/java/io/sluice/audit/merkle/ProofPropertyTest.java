package io.sluice.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProofPropertyTest {
    private static final int MAX_SIZE = 70;

    private final List<Hash> leaves = leaves(MAX_SIZE);
    private final PerfectNodes nodes = new NaiveTree(leaves);

    @Test
    void everyRootIsThatOfTheDefinition() {
        CompactRange range = CompactRange.empty();
        for (int size = 0; size < MAX_SIZE; size++) {
            assertThat(range.root()).isEqualTo(NaiveTree.root(leaves.subList(0, size)));
            assertThat(CompactRange.of(size, range.roots()).root()).isEqualTo(range.root());
            assertThat(Proofs.root(0, size, nodes)).isEqualTo(range.root());
            range.append(leaves.get(size));
        }
    }

    @Test
    void everyInclusionProofHoldsAndNoChangedOneDoes() {
        long seed = 20261123;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int size = 1; size <= MAX_SIZE; size++) {
            Hash root = NaiveTree.root(leaves.subList(0, size));
            for (int index = 0; index < size; index++) {
                List<Hash> proof = Proofs.inclusion(index, size, nodes);
                Hash leaf = leaves.get(index);
                assertThat(ProofCheck.inclusion(leaf, index, size, proof, root)).isTrue();

                assertThat(ProofCheck.inclusion(flip(leaf, random), index, size, proof, root))
                        .isFalse();
                assertThat(ProofCheck.inclusion(leaf, index, size, proof, flip(root, random)))
                        .isFalse();
                assertThat(ProofCheck.inclusion(leaf, (index + 1) % size, size, proof, root))
                        .isEqualTo(size == 1);
                assertThat(ProofCheck.inclusion(leaf, index, size, longer(proof), root))
                        .isFalse();
                assertThat(ProofCheck.inclusion(leaf, -1, size, proof, root)).isFalse();
                assertThat(ProofCheck.inclusion(leaf, size, size, proof, root)).isFalse();
                if (!proof.isEmpty()) {
                    assertThat(ProofCheck.inclusion(leaf, index, size, proof.subList(1, proof.size()), root))
                            .isFalse();
                    assertThat(ProofCheck.inclusion(leaf, index, size, flipOne(proof, random), root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void everyConsistencyProofHoldsAndNoChangedOneDoes() {
        long seed = 6962;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int size = 1; size <= MAX_SIZE; size++) {
            Hash root = NaiveTree.root(leaves.subList(0, size));
            for (int old = 0; old <= size; old++) {
                Hash oldRoot = NaiveTree.root(leaves.subList(0, old));
                List<Hash> proof = Proofs.consistency(old, size, nodes);
                assertThat(ProofCheck.consistency(old, size, proof, oldRoot, root))
                        .isTrue();

                assertThat(ProofCheck.consistency(old, size, proof, flip(oldRoot, random), root))
                        .isFalse();
                assertThat(ProofCheck.consistency(old, size, longer(proof), oldRoot, root))
                        .isFalse();
                assertThat(ProofCheck.consistency(size + 1, size, proof, oldRoot, root))
                        .isFalse();
                if (old > 0) {
                    assertThat(ProofCheck.consistency(old, size, proof, oldRoot, flip(root, random)))
                            .isFalse();
                }
                if (!proof.isEmpty()) {
                    assertThat(ProofCheck.consistency(old, size, flipOne(proof, random), oldRoot, root))
                            .isFalse();
                    assertThat(ProofCheck.consistency(old, size, proof.subList(0, proof.size() - 1), oldRoot, root))
                            .isFalse();
                }
            }
        }
    }

    private static List<Hash> leaves(int count) {
        List<Hash> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(TreeHashes.leaf(new byte[] {(byte) i}));
        }
        return leaves;
    }

    private static Hash flip(Hash hash, Random random) {
        byte[] bytes = hash.toBytes();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return Hash.of(bytes);
    }

    private static List<Hash> flipOne(List<Hash> proof, Random random) {
        List<Hash> changed = new ArrayList<>(proof);
        int at = random.nextInt(changed.size());
        changed.set(at, flip(changed.get(at), random));
        return changed;
    }

    private static List<Hash> longer(List<Hash> proof) {
        List<Hash> longer = new ArrayList<>(proof);
        longer.add(TreeHashes.emptyRoot());
        return longer;
    }
}
