package io.sluice.protection.keytree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreePublisherTest {
    private static final SubjectRef ANNA = Trees.subject(1);
    private static final SubjectRef BEN = Trees.subject(2);

    @TempDir
    static Path template;

    @TempDir
    Path folder;

    private Path root;
    private Trees trees;

    @BeforeAll
    static void begin() {
        new Trees(template).publisher.create(1);
    }

    @BeforeEach
    void make() throws IOException {
        root = folder.resolve("one");
        trees = Trees.copyOf(template, root);
    }

    @Test
    void aBatchIsARevisionThatFollowsFromTheOneBefore() {
        Announcement first = trees.publisher.announce(1, 1);
        Announcement second = trees.publisher.erase(1, List.of(new Erasure(ANNA, 1)), first.revision());
        Announcement third = trees.publisher.erase(1, List.of(), second.revision());

        assertThat(first.revision()).isEqualTo(1);
        assertThat(first.previous()).isEqualTo(Manifest.NO_PREVIOUS);
        assertThat(second.revision()).isEqualTo(2);
        assertThat(second.previous()).isEqualTo(first.manifest());
        assertThat(third.previous()).isEqualTo(second.manifest());
        assertThat(trees.publisher.announce(1, 3)).isEqualTo(third);
        assertThat(trees.keystore.kms().keyNames()).contains("tree-1-1", "tree-1-2", "tree-1-3");
        Revision revision = open(trees, 3);
        int punctured = 0;
        for (int shard = 0; shard < NodeSet.SHARDS; shard++) {
            punctured += revision.shard(shard).puncturedLeaves();
        }
        assertThat(punctured).isEqualTo(2);
    }

    @Test
    void tellsWhichGenerationIsInForceAndWhatIsErasedAlready() {
        List<Erasure> batch = List.of(new Erasure(ANNA, 1), new Erasure(BEN, 0));
        assertThat(trees.publisher.generation(1, ANNA, 1)).isZero();
        assertThat(trees.publisher.isErased(1, batch, 1)).isFalse();

        trees.publisher.erase(1, List.of(new Erasure(ANNA, 1)), 1);
        assertThat(trees.publisher.generation(1, ANNA, 2)).isEqualTo(2);
        assertThat(trees.publisher.generation(1, BEN, 2)).isZero();
        assertThat(trees.publisher.isErased(1, batch, 2)).isFalse();

        trees.publisher.erase(1, List.of(new Erasure(BEN, 0)), 2);
        assertThat(trees.publisher.isErased(1, batch, 3)).isTrue();
        assertThat(trees.publisher.isErased(1, List.of(new Erasure(ANNA, 2)), 3))
                .isFalse();
        assertCode(Code.STALE, () -> trees.publisher.isErased(1, batch, 4));
    }

    @Test
    void theSameErasuresInAnyOrderAndNumberLeaveTheSameState() throws IOException {
        Trees other = new Trees(Trees.copy(root, folder.resolve("other")));
        trees.publisher.erase(1, List.of(new Erasure(ANNA, 0), new Erasure(BEN, 3)), 1);
        trees.publisher.erase(1, List.of(new Erasure(BEN, 2), new Erasure(ANNA, 0), new Erasure(BEN, 3)), 2);
        other.publisher.erase(1, List.of(new Erasure(BEN, 3)), 1);
        other.publisher.erase(1, List.of(new Erasure(ANNA, 0)), 2);

        Revision one = open(trees, 3);
        Revision two = open(other, 3);
        for (int shard = 0; shard < NodeSet.SHARDS; shard++) {
            assertThat(one.shard(shard).encode()).isEqualTo(two.shard(shard).encode());
        }
    }

    @Test
    void nothingOlderOpensOnceItsKeysAreDestroyed() throws IOException {
        trees.publisher.erase(1, List.of(new Erasure(ANNA, 0)), 1);
        Path backup = Trees.copy(trees.files, folder.resolve("backup"));
        trees.publisher.erase(1, List.of(new Erasure(BEN, 0)), 2);

        assertThat(trees.publisher.destroyOlder(1, 3))
                .extracting(DestroyReceipt::keyName)
                .containsExactly("tree-1-1", "tree-1-2");
        assertThat(trees.publisher.destroyOlder(1, 3)).isEmpty();

        assertThat(trees.shards(2)).doesNotExist();
        assertThat(trees.manifest(1)).doesNotExist();
        assertThat(trees.keystore.kms().keyNames()).contains("tree-1-3").doesNotContain("tree-1-1", "tree-1-2");
        TreeFolder restored = new TreeFolder(backup);
        assertCode(Code.KEY_UNAVAILABLE, () -> Revision.open(restored, Trees.FIRST, 2, trees.keystore.kms()));
        TreePublisher onBackup =
                new TreePublisher(Trees.TENANT, trees.keystore, restored, trees.time, new SecureRandom());
        assertCode(Code.STALE, () -> onBackup.erase(1, List.of(), 3));
        assertCode(Code.KEY_UNAVAILABLE, () -> onBackup.erase(1, List.of(), 0));
        assertThat(open(trees, 3).shard(0).puncturedLeaves()).isNotNegative();
    }

    @Test
    void aFolderOfYesterdayIsNoticedByTheKeysOfTheKms() throws IOException {
        Path yesterday = Trees.copy(trees.files, folder.resolve("backup"));
        trees.publisher.erase(1, List.of(), 1);
        trees.publisher.erase(1, List.of(), 2);
        TreePublisher onBackup = new TreePublisher(
                Trees.TENANT, trees.keystore, new TreeFolder(yesterday), trees.time, new SecureRandom());
        assertCode(Code.STALE, () -> onBackup.erase(1, List.of(), 0));
        assertCode(Code.STALE, () -> onBackup.announce(1, 0));
        assertCode(Code.STALE, () -> onBackup.destroyOlder(1, 0));
    }

    @Test
    void shardsThatAreSwappedCutFlippedOrOldAreRefused() throws IOException {
        byte[] old = Files.readAllBytes(trees.shards(1));
        trees.publisher.erase(1, List.of(new Erasure(ANNA, 0)), 1);
        byte[] good = Files.readAllBytes(trees.shards(2));
        Revision revision = open(trees, 2);
        int erased = trees.shard(ANNA, 0);
        int at = (int) revision.manifest().offset(erased);
        int other = (erased + 5) % NodeSet.SHARDS;
        int length = revision.manifest().length(other);
        int from = (int) revision.manifest().offset(other);
        assertThat(revision.shard(erased).puncturedLeaves()).isEqualTo(1);

        byte[] swapped = good.clone(); // two shards of one revision
        int next = (erased + 6) % NodeSet.SHARDS;
        int there = (int) revision.manifest().offset(next);
        System.arraycopy(good, there, swapped, from, length);
        System.arraycopy(good, from, swapped, there, length);
        assertShard(swapped, other, Code.FORGED);

        byte[] replayed = good.clone(); // the erased subject's shard as it was
        System.arraycopy(old, erased * length, replayed, at, length);
        assertShard(replayed, erased, Code.FORGED);
        assertShard(old, erased, Code.FORGED);

        for (int bit = 0; bit < length * 8; bit += 7) {
            byte[] flipped = good.clone();
            flipped[from + bit / 8] ^= (byte) (1 << bit % 8);
            assertShard(flipped, other, Code.FORGED);
        }
        for (int cut : new int[] {0, from, from + 1, from + length - 1}) {
            assertShard(Arrays.copyOf(good, cut), other, Code.FORGED);
        }
        Files.delete(trees.shards(2));
        assertCode(Code.UNREADABLE, () -> revision.shard(other));
        assertCode(Code.UNREADABLE, () -> trees.publisher.erase(1, List.of(), 2));
        Files.write(trees.shards(2), good);
        assertThat(revision.shard(other).puncturedLeaves()).isZero();

        // What failed has left nothing, and the tree goes on.
        assertThat(trees.keystore.kms().keyNames()).doesNotContain("tree-1-3");
        assertThat(trees.publisher.erase(1, List.of(), 2).revision()).isEqualTo(3);
        try (Stream<Path> files = Files.list(trees.files)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "tree-1.lock",
                            "tree-1-1.manifest",
                            "tree-1-1.shards",
                            "tree-1-2.manifest",
                            "tree-1-2.shards",
                            "tree-1-3.manifest",
                            "tree-1-3.shards");
        }
    }

    @Test
    void aManifestInAnothersPlaceIsRefused() throws IOException {
        trees.publisher.create(2);
        trees.publisher.erase(1, List.of(), 1);
        byte[] first = Files.readAllBytes(trees.manifest(1));

        Files.write(trees.manifest(2), first);
        assertCode(Code.FORGED, () -> trees.publisher.announce(1, 2));
        Files.write(trees.manifest(2), Files.readAllBytes(trees.files.resolve("tree-2-1.manifest")));
        assertCode(Code.FORGED, () -> trees.publisher.announce(1, 2));
        Files.write(trees.manifest(2), new byte[Manifest.MAX_BYTES + 1]);
        assertCode(Code.MALFORMED, () -> trees.publisher.announce(1, 2));
        Files.write(trees.manifest(2), new byte[0]);
        assertCode(Code.MALFORMED, () -> trees.publisher.announce(1, 2));
    }

    @Test
    void oneTreePerEpochAndOnePublisherAtATime() throws IOException {
        assertCode(Code.WRONG_EPOCH, () -> trees.publisher.erase(2, List.of(), 0));
        assertCode(Code.WRONG_EPOCH, () -> trees.publisher.create(1));
        assertThat(trees.publisher.create(2).tree()).isEqualTo(new TreeId(Trees.TENANT, 2));
        assertThat(trees.publisher.epochs()).containsExactly(1, 2);
        try (FileChannel lock = trees.folder.lock(Trees.FIRST)) {
            assertThat(lock.isOpen()).isTrue();
            assertCode(Code.BUSY, () -> trees.publisher.erase(1, List.of(), 1));
        }
        // A folder that is gone must not be taken for a deployment that begins.
        Trees lost = new Trees(Trees.copy(root, folder.resolve("lost")));
        try (Stream<Path> files = Files.list(lost.files)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThatThrownBy(() -> lost.publisher.create(1)).hasMessageContaining("restore them");
        assertThatThrownBy(() -> trees.publisher.create(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Erasure(ANNA, 256)).hasMessageContaining("0 to 255");
        assertThatThrownBy(() -> new Erasure(ANNA, -1)).hasMessageContaining("0 to 255");
    }

    private void assertShard(byte[] file, int shard, Code code) throws IOException {
        Files.write(trees.shards(2), file);
        Revision revision = open(trees, 2);
        assertCode(code, () -> revision.shard(shard));
    }

    private static Revision open(Trees trees, long revision) {
        return Revision.open(trees.folder, Trees.FIRST, revision, trees.keystore.kms());
    }

    private static void assertCode(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeyTreeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
