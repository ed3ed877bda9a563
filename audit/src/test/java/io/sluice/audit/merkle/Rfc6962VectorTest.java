package io.sluice.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Published vectors: certificate-transparency merkle_test.py, transparency-dev/merkle testonly/constants.go. */
class Rfc6962VectorTest {
    private static final String LEAF0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    private static final String LEAF1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    private static final String LEAF2 = "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7";
    private static final String LEAF4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    private static final String L1_0 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
    private static final String L1_1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    private static final String L1_2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    private static final String L1_3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    private static final String L2_0 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
    private static final String L2_1 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            LEAF0,
            L1_0,
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            L2_0,
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    private static final List<Hash> LEAVES = List.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .stream()
            .map(hex -> TreeHashes.leaf(HexFormat.of().parseHex(hex)))
            .toList();
    private static final PerfectNodes NODES = new NaiveTree(LEAVES);

    @Test
    void hashesLeavesAndNodes() {
        assertThat(TreeHashes.leaf(utf8("L123456")).toHex())
                .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
        // node("N123", "N456") is published over inputs that are no hashes: the plain digest must agree
        assertThat(sha256(1, "N123N456")).isEqualTo("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
        assertThat(TreeHashes.node(LEAVES.get(0), LEAVES.get(1)).toHex()).isEqualTo(L1_0);
        assertThat(LEAVES.get(1).toHex()).isEqualTo(LEAF1);
        assertThat(LEAVES.get(2).toHex()).isEqualTo(LEAF2);
        assertThat(LEAVES.get(4).toHex()).isEqualTo(LEAF4);
    }

    @Test
    void givesThePublishedRoots() {
        CompactRange range = CompactRange.empty();
        List<String> roots = new ArrayList<>(List.of(range.root().toHex()));
        for (Hash leaf : LEAVES) {
            range.append(leaf);
            roots.add(range.root().toHex());
        }
        assertThat(roots).isEqualTo(ROOTS);
    }

    @Test
    void givesThePublishedInclusionProofs() {
        assertThat(inclusion(0, 8)).containsExactly(LEAF1, L1_1, L2_1);
        assertThat(inclusion(5, 8)).containsExactly(LEAF4, L1_3, L2_0);
        assertThat(inclusion(2, 3)).containsExactly(L1_0);
        assertThat(inclusion(1, 5)).containsExactly(LEAF0, L1_1, LEAF4);
    }

    @Test
    void givesThePublishedConsistencyProofs() {
        assertThat(consistency(1, 8)).containsExactly(LEAF1, L1_1, L2_1);
        assertThat(consistency(6, 8)).containsExactly(L1_2, L1_3, L2_0);
        assertThat(consistency(2, 5)).containsExactly(L1_1, LEAF4);
    }

    @Test
    void acceptsThePublishedProofs() {
        for (int size = 1; size <= 8; size++) {
            Hash root = Hash.ofHex(ROOTS.get(size));
            for (int index = 0; index < size; index++) {
                List<Hash> proof = Proofs.inclusion(index, size, NODES);
                assertThat(ProofCheck.inclusion(LEAVES.get(index), index, size, proof, root))
                        .isTrue();
            }
            for (int old = 0; old <= size; old++) {
                List<Hash> proof = Proofs.consistency(old, size, NODES);
                assertThat(ProofCheck.consistency(old, size, proof, Hash.ofHex(ROOTS.get(old)), root))
                        .isTrue();
            }
        }
    }

    private static List<String> inclusion(long index, long size) {
        return Proofs.inclusion(index, size, NODES).stream().map(Hash::toHex).toList();
    }

    private static List<String> consistency(long old, long size) {
        return Proofs.consistency(old, size, NODES).stream().map(Hash::toHex).toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(int prefix, String text) {
        try {
            var digest = java.security.MessageDigest.getInstance("SHA-256");
            digest.update((byte) prefix);
            return HexFormat.of().formatHex(digest.digest(utf8(text)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
