package io.sluice.protection.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.core.encoding.Sha256;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.CustodianKey;
import io.sluice.protection.keys.CustodianPublicKey;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden vectors of {@code docs/specs/key-tree.md}, made by another implementation; they may only be added to. */
class KeyTreeGoldenTest {
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    Path folder;

    private JsonNode vectors;
    private TreeId tree;
    private byte[] shardSeeds;

    @BeforeEach
    void read() throws IOException {
        vectors = new ObjectMapper().readTree(getClass().getResourceAsStream("/golden/key-tree-1.json"));
        tree = new TreeId(vectors.get("tenant").asText(), vectors.get("epoch").asInt());
        try (Ladder ladder = new Ladder()) {
            shardSeeds = ladder.level(hex(vectors, "root"), NodeSet.SHARD_BITS);
        }
    }

    @Test
    void derivesAsSpecified() {
        SubjectIndex index = new SubjectIndex(tree.tenant(), SecretBytes.copyOf(hex(vectors, "indexKey")));
        assertThat(vectors.get("keys")).hasSizeGreaterThanOrEqualTo(9);
        for (JsonNode vector : vectors.get("keys")) {
            SubjectRef subject = new SubjectRef(vector.get("subject").asText());
            int generation = vector.get("generation").asInt();
            LeafIndex leaf = index.of(subject, generation);
            ByteBuffer bytes = ByteBuffer.allocate(LeafIndex.BYTES);
            leaf.write(bytes);
            assertThat(HEX.formatHex(bytes.array()))
                    .isEqualTo(vector.get("index").asText());
            assertThat(HEX.formatHex(key(leaf))).isEqualTo(vector.get("key").asText());
            assertThat(new LeafName(Owners.of(subject), List.of(generation)).id(tree))
                    .isEqualTo(new KeyId(vector.get("id").asText()));
        }
        for (JsonNode vector : vectors.get("joint")) {
            List<SubjectRef> subjects = new ArrayList<>();
            vector.get("subjects").forEach(subject -> subjects.add(new SubjectRef(subject.asText())));
            List<Integer> generations = new ArrayList<>();
            vector.get("generations").forEach(generation -> generations.add(generation.asInt()));
            LeafName name = new LeafName(new Owners(subjects), generations);
            byte[] joint = new byte[32];
            try (Ladder ladder = new Ladder()) {
                for (int i = 0; i < subjects.size(); i++) {
                    byte[] part = key(index.of(subjects.get(i), generations.get(i)));
                    ladder.joint(part, name.jointInfo());
                    for (int at = 0; at < joint.length; at++) {
                        joint[at] ^= part[at];
                    }
                }
            }
            assertThat(HEX.formatHex(joint)).isEqualTo(vector.get("key").asText());
            assertThat(name.id(tree)).isEqualTo(new KeyId(vector.get("id").asText()));
        }
    }

    @Test
    void puncturesAsSpecified() {
        for (JsonNode vector : vectors.get("shards")) {
            int shard = vector.get("shard").asInt();
            NodeSet nodes = NodeSet.whole(shard, shardSeeds, shard * Ladder.SEED_BYTES);
            for (JsonNode punctured : vector.get("punctured")) {
                LeafIndex leaf = LeafIndex.read(ByteBuffer.wrap(HEX.parseHex(punctured.asText())));
                assertThat(nodes.puncture(leaf)).isTrue();
                assertThat(nodes.derive(leaf, new byte[32])).isFalse();
            }
            assertThat(HEX.formatHex(nodes.encode()))
                    .isEqualTo(vector.get("state").asText());
            assertThat(NodeSet.decode(shard, nodes.encode()).encode()).isEqualTo(nodes.encode());
        }
    }

    @Test
    void opensShardsAsSpecifiedAndNoOthers() {
        for (JsonNode vector : vectors.get("sealed")) {
            int shard = vector.get("shard").asInt();
            long revision = vector.get("revision").asLong();
            byte[] sealed = hex(vector, "bytes");
            NodeSet opened = storeKey(tree, revision).openShard(shard, sealed);
            assertThat(HEX.formatHex(opened.encode()))
                    .isEqualTo(vector.get("state").asText());
            byte[] again = storeKey(tree, revision).sealShard(shard, opened, new SecureRandom());
            assertThat(again).hasSameSizeAs(sealed).isNotEqualTo(sealed);
            assertThat(storeKey(tree, revision).openShard(shard, again).encode())
                    .isEqualTo(opened.encode());

            assertForged(storeKey(tree, revision), shard + 1, sealed);
            assertForged(storeKey(tree, revision - 1), shard, sealed);
            assertForged(storeKey(new TreeId(tree.tenant(), 2), revision), shard, sealed);
            assertForged(storeKey(new TreeId("other", 1), revision), shard, sealed);
            assertForged(new StoreKey(tree, revision, SecretBytes.random(32, new SecureRandom())), shard, sealed);
        }
        byte[] sealed = hex(vectors.get("sealed").get(0), "bytes");
        int shard = vectors.get("sealed").get(0).get("shard").asInt();
        StoreKey key = storeKey(tree, 7);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertForged(key, shard, flipped);
        }
        for (int length = 0; length < sealed.length; length++) {
            assertForged(key, shard, Arrays.copyOf(sealed, length));
        }
        assertForged(key, shard, Arrays.copyOf(sealed, sealed.length + 1));
    }

    @Test
    void listsAndAnnouncesAsSpecified() {
        JsonNode vector = vectors.get("manifest");
        long revision = vector.get("revision").asLong();
        StoreKey key = storeKey(tree, revision);
        Manifest.Draft draft = new Manifest.Draft();
        for (int shard = 0; shard < NodeSet.SHARDS; shard++) {
            draft.add(new byte[] {(byte) (shard >> 8), (byte) shard});
        }
        KeyId indexKey = new KeyId(vector.get("indexKeyId").asText());
        String previous = vector.get("previous").asText();
        byte[] bytes = draft.finish(tree, revision, previous, indexKey, hex(vector, "wrapped"), key)
                .encode();
        assertThat(Sha256.hex(bytes)).isEqualTo(vector.get("sha256").asText());

        Manifest read = Manifest.decode(bytes);
        read.verify(key);
        read.verify(5, new byte[] {0, 5});
        assertThat(read.tree()).isEqualTo(tree);
        assertThat(read.revision()).isEqualTo(revision);
        assertThat(read.previous()).isEqualTo(previous);
        assertThat(read.indexKey()).isEqualTo(indexKey);
        assertThat(read.wrapped()).isEqualTo(hex(vector, "wrapped"));
        assertThat(read.offset(9)).isEqualTo(18);
        assertThat(read.digest()).isEqualTo(vector.get("sha256").asText());
        assertCode(Code.FORGED, () -> read.verify(5, new byte[] {0, 6}));
        assertCode(Code.FORGED, () -> read.verify(storeKey(new TreeId(tree.tenant(), 1), revision, (byte) 1)));
        for (int at = 0; at < bytes.length; at += at < 200 || at > bytes.length - 40 ? 1 : 997) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 1;
            assertRefused(() -> Manifest.decode(flipped).verify(key));
            byte[] cut = Arrays.copyOf(bytes, at);
            assertCode(Code.MALFORMED, () -> Manifest.decode(cut));
        }
        assertCode(Code.MALFORMED, () -> Manifest.decode(Arrays.copyOf(bytes, bytes.length + 1)));

        JsonNode announced = vectors.get("announcement");
        Announcement announcement = new Announcement(
                tree,
                announced.get("revision").asLong(),
                announced.get("previous").asText(),
                announced.get("manifest").asText(),
                Instant.ofEpochMilli(announced.get("issued").asLong()));
        assertThat(HEX.formatHex(announcement.encode()))
                .isEqualTo(announced.get("bytes").asText());
        assertThat(Announcement.decode(announcement.encode())).isEqualTo(announcement);
    }

    @Test
    void signsAnnouncementsAsSpecified() throws IOException {
        JsonNode vector = vectors.get("signedAnnouncement");
        Path privateFile = pem(
                "PRIVATE KEY",
                "302e020100300506032b657004220420" + vector.get("custodianSeed").asText());
        Path publicFile = pem(
                "PUBLIC KEY",
                "302a300506032b6570032100" + vector.get("custodian").asText());
        Files.setPosixFilePermissions(privateFile, PosixFilePermissions.fromString("rw-------"));
        CustodianKey custodian = CustodianKey.read(privateFile, publicFile);
        Announcement announcement = Announcement.decode(hex(vectors.get("announcement"), "bytes"));

        byte[] signed = SignedAnnouncement.sign(announcement, custodian);

        assertThat(HEX.formatHex(signed)).isEqualTo(vector.get("bytes").asText());
        assertThat(SignedAnnouncement.verify(signed, CustodianPublicKey.read(publicFile)))
                .isEqualTo(announcement);
        assertThat(SignedAnnouncement.recordKey(announcement)).isEqualTo("tree/dev/1/7");
        assertCode(
                Code.FORGED,
                () -> SignedAnnouncement.verify(signed, Trees.custodian().publicKey()));
        for (int length = 0; length < signed.length; length++) {
            byte[] cut = Arrays.copyOf(signed, length);
            assertCode(Code.MALFORMED, () -> SignedAnnouncement.verify(cut, custodian.publicKey()));
        }
    }

    private Path pem(String label, String der) throws IOException {
        return Files.writeString(
                folder.resolve(label),
                "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(HEX.parseHex(der))
                        + "\n-----END " + label + "-----\n");
    }

    @Test
    void refusesMalformedAnnouncementsByName() {
        byte[] good = hex(vectors.get("announcement"), "bytes");
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertCode(Code.MALFORMED, () -> Announcement.decode(cut));
        }
        assertThatThrownBy(() -> Announcement.decode(Arrays.copyOf(good, good.length + 3)))
                .hasMessageContaining("3 bytes too many");
        assertMalformed(good, 2, "form");
        assertMalformed(good, 30, "version 1"); // the version
        assertMalformed(good, 33, "tenant"); // its letters: no longer a name
        assertMalformed(good, 36, "epoch");
        assertMalformed(good, 40, "revision");
        assertMalformed(good, 48, "previous");
        assertMalformed(good, good.length - 8, "issued");
    }

    @Test
    void aReaderInPythonAgrees() throws Exception {
        Path reader = Path.of(System.getProperty("sluice.home"), "docs/specs/key-tree.py");
        Path golden = folder.resolve("vectors.json");
        Files.writeString(golden, vectors.toString());
        Path out = folder.resolve("out");
        Process python;
        try {
            python = new ProcessBuilder("python3", reader.toString(), golden.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "no python3 here: " + e.getMessage());
            return;
        }
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).as(Files.readString(out)).isZero();
        assertThat(Files.readString(out, StandardCharsets.UTF_8)).matches("[0-9]+ values agree\\s+");
    }

    private byte[] key(LeafIndex leaf) {
        byte[] key = new byte[32];
        assertThat(NodeSet.whole(leaf.shard(), shardSeeds, leaf.shard() * Ladder.SEED_BYTES)
                        .derive(leaf, key))
                .isTrue();
        return key;
    }

    private StoreKey storeKey(TreeId id, long revision) {
        return storeKey(id, revision, (byte) 0);
    }

    private StoreKey storeKey(TreeId id, long revision, byte flip) {
        byte[] secret = hex(vectors, "storeKey");
        secret[0] ^= flip;
        return new StoreKey(id, revision, SecretBytes.copyOf(secret));
    }

    private static void assertMalformed(byte[] good, int at, String part) {
        byte[] bad = good.clone();
        bad[at] = (byte) 0xff;
        assertThatThrownBy(() -> Announcement.decode(bad))
                .hasMessageContaining(part)
                .isInstanceOfSatisfying(
                        KeyTreeException.class, e -> assertThat(e.code()).isEqualTo(Code.MALFORMED));
    }

    private static void assertForged(StoreKey key, int shard, byte[] sealed) {
        assertCode(Code.FORGED, () -> key.openShard(shard, sealed));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeyTreeException.class, e -> assertThat(e.code()).isIn(Code.MALFORMED, Code.FORGED));
    }

    private static void assertCode(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeyTreeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static byte[] hex(JsonNode node, String member) {
        return HEX.parseHex(node.get(member).asText());
    }
}
