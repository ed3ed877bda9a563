package io.sluice.protection.keytree;

import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.Keystore;
import io.sluice.protection.keys.Kms;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the revisions of key trees. One erasure batch is one revision: every shard is written anew under a fresh store key,
 * one at a time, so that memory does not grow with the tree (one shard, 15.3 MB at most, and 32 bytes a leaf of the batch).
 *
 * <p>An erasure has three steps, in this order: {@link #erase}; the announcement reaches every worker, or the leases of
 * those that it does not reach end; {@link #destroyOlder}. Only after the last one can no copy of the old state be read.
 *
 * <p>Safe for several threads and processes: a tree has one publisher at a time, others get {@code BUSY}.
 */
public final class TreePublisher {
    private final String tenant;
    private final Keystore keystore;
    private final TreeFolder folder;
    private final Clock clock;
    private final SecureRandom random;

    /** @param keystore the {@code fields} keystore */
    public TreePublisher(String tenant, Keystore keystore, TreeFolder folder, Clock clock, SecureRandom random) {
        this.tenant = tenant;
        this.keystore = keystore;
        this.folder = folder;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Begins the tree of an epoch: revision 1, from a random root that is expanded to the seeds of the shards and forgotten.
     *
     * @throws KeyTreeException {@code WRONG_EPOCH} where the epoch has a tree, also one that is no longer in the folder
     */
    public Announcement create(int epoch) {
        TreeId tree = new TreeId(tenant, epoch);
        return alone(tree, () -> {
            if (folder.latest(tree).isPresent()) {
                throw new KeyTreeException(Code.WRONG_EPOCH, "tree " + tree + " exists");
            }
            if (!kmsRevisions(tree).isEmpty()) {
                throw new KeyTreeException(
                        Code.WRONG_EPOCH,
                        "the KMS has a store key of tree " + tree
                                + " but the folder has no files of it; restore them, or"
                                + " create the next epoch if that tree never came to be");
            }
            KeyId index = keystore.ring().getOrCreate(tree.indexKey()).id();
            byte[] root = new byte[Ladder.SEED_BYTES];
            random.nextBytes(root);
            byte[] seeds;
            try (Ladder ladder = new Ladder()) {
                seeds = ladder.level(root, NodeSet.SHARD_BITS);
            }
            try {
                return publish(
                        tree,
                        1,
                        Manifest.NO_PREVIOUS,
                        index,
                        shard -> NodeSet.whole(shard, seeds, shard * Ladder.SEED_BYTES));
            } finally {
                Arrays.fill(seeds, (byte) 0);
            }
        });
    }

    /**
     * Punctures the leaves of erased subjects and publishes the next revision. An empty batch makes a revision too: it
     * rotates the store key. Whoever erases a subject does so in every epoch that may still hold data.
     *
     * @param atLeastRevision the highest revision that anybody, the audit log above all, has seen
     * @throws KeyTreeException {@code STALE} where the folder holds an older one, as after a restore; {@code FULL}; or what
     *     {@link Revision#open} throws. Nothing has changed then.
     */
    public Announcement erase(int epoch, Collection<Erasure> erasures, long atLeastRevision) {
        TreeId tree = new TreeId(tenant, epoch);
        return alone(tree, () -> {
            Revision present = present(tree, atLeastRevision);
            try {
                Manifest before = present.manifest();
                Map<Integer, List<LeafIndex>> leaves = leaves(before, erasures);
                return publish(tree, before.revision() + 1, before.digest(), before.indexKey(), shard -> {
                    NodeSet nodes = present.shard(shard);
                    leaves.getOrDefault(shard, List.of()).forEach(nodes::puncture);
                    return nodes;
                });
            } finally {
                present.destroy();
            }
        });
    }

    /** The epochs that have a tree, oldest first. */
    public SortedSet<Integer> epochs() {
        return folder.epochs();
    }

    /**
     * The subject's generation in force: the lowest that was not punctured, which is what an erasure now has to reach. One
     * more than the highest where all were.
     */
    public int generation(int epoch, SubjectRef subject, long atLeastRevision) {
        return inForce(epoch, atLeastRevision, (index, present) -> {
            int generation = 0;
            while (generation <= SubjectIndex.MAX_GENERATION && isPunctured(present, index.of(subject, generation))) {
                generation++;
            }
            return generation;
        });
    }

    /** Whether all that these erasures name is underivable already, so that a further revision would add nothing. */
    public boolean isErased(int epoch, Collection<Erasure> erasures, long atLeastRevision) {
        return inForce(epoch, atLeastRevision, (index, present) -> {
            for (Erasure erasure : erasures) {
                for (int generation = 0; generation <= erasure.throughGeneration(); generation++) {
                    if (!isPunctured(present, index.of(erasure.subject(), generation))) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    private <T> T inForce(int epoch, long atLeastRevision, BiFunction<SubjectIndex, Revision, T> question) {
        Revision present = present(new TreeId(tenant, epoch), atLeastRevision);
        try {
            return question.apply(
                    new SubjectIndex(tenant, LoadedTree.indexKey(present.manifest(), keystore.ring())), present);
        } finally {
            present.destroy();
        }
    }

    private static boolean isPunctured(Revision present, LeafIndex leaf) {
        NodeSet nodes = present.shard(leaf.shard());
        try {
            return nodes.isPunctured(leaf);
        } finally {
            nodes.destroy();
        }
    }

    /** The revision in force, announced as of now: its heartbeat. */
    public Announcement announce(int epoch, long atLeastRevision) {
        TreeId tree = new TreeId(tenant, epoch);
        Revision present = present(tree, atLeastRevision);
        present.destroy();
        return announcement(present.manifest());
    }

    /**
     * Destroys the wrapping keys of all revisions before the one in force, and their files. When it returns, no copy of an
     * older state opens any more, as far as the KMS keeps its word. May be repeated after a failure.
     *
     * @return the receipts of the keys that were destroyed, oldest first; those that an earlier call destroyed are missing
     *     where the KMS has already forgotten them
     */
    public List<DestroyReceipt> destroyOlder(int epoch, long atLeastRevision) {
        TreeId tree = new TreeId(tenant, epoch);
        return alone(tree, () -> {
            Revision present = present(tree, atLeastRevision); // it opens: the keys before it are not needed
            present.destroy();
            List<DestroyReceipt> destroyed = new ArrayList<>();
            for (long revision : kmsRevisions(tree)) {
                if (revision < present.manifest().revision()) {
                    folder.delete(tree, revision); // first: its key says that this is still to be done
                    keystore.kms().destroy(tree.kmsKey(revision)).ifPresent(destroyed::add);
                }
            }
            return destroyed;
        });
    }

    private Announcement publish(
            TreeId tree, long revision, String previous, KeyId indexKey, IntFunction<NodeSet> shards) {
        Kms kms = keystore.kms();
        String kmsKey = tree.kmsKey(revision);
        kms.destroy(kmsKey); // of an attempt that died before its manifest: nobody was told of it
        kms.create(kmsKey);
        StoreKey storeKey = StoreKey.random(tree, revision, random);
        boolean published = false;
        try (TreeFolder.Draft files = folder.new Draft(tree, revision)) {
            Manifest.Draft draft = new Manifest.Draft();
            for (int shard = 0; shard < NodeSet.SHARDS; shard++) {
                NodeSet nodes = shards.apply(shard);
                byte[] sealed = storeKey.sealShard(shard, nodes, random);
                nodes.destroy();
                files.add(sealed);
                draft.add(sealed);
            }
            Manifest manifest = draft.finish(tree, revision, previous, indexKey, storeKey.wrap(kms), storeKey);
            files.publish(manifest.encode());
            published = true;
            return announcement(manifest);
        } finally {
            storeKey.destroy();
            if (!published) {
                folder.delete(tree, revision); // first: a manifest must not stand there without its key
                kms.destroy(kmsKey);
            }
        }
    }

    private Revision present(TreeId tree, long atLeastRevision) {
        OptionalLong latest = folder.latest(tree);
        if (latest.isEmpty()) {
            throw new KeyTreeException(Code.WRONG_EPOCH, "there is no tree " + tree + "; create it first");
        }
        List<Long> inKms = kmsRevisions(tree);
        // One key ahead of the files is what a publisher leaves that died; more than one is a folder of yesterday.
        long known = inKms.isEmpty() ? 0 : inKms.get(inKms.size() - 1) - 1;
        long seen = Math.max(atLeastRevision, known);
        if (latest.getAsLong() < seen) {
            throw new KeyTreeException(
                    Code.STALE,
                    "the folder holds " + tree + " as of revision " + latest.getAsLong() + ", but revision " + seen
                            + " exists; restore its files");
        }
        return Revision.open(folder, tree, latest.getAsLong(), keystore.kms());
    }

    private List<Long> kmsRevisions(TreeId tree) {
        Pattern name = Pattern.compile("tree-" + tree.epoch() + "-([1-9][0-9]{0,17})");
        return keystore.kms().keyNames().stream()
                .map(name::matcher)
                .filter(Matcher::matches)
                .map(matched -> Long.valueOf(matched.group(1)))
                .sorted()
                .toList();
    }

    private Map<Integer, List<LeafIndex>> leaves(Manifest manifest, Collection<Erasure> erasures) {
        SecretBytes indexKey = LoadedTree.indexKey(manifest, keystore.ring());
        SubjectIndex index = new SubjectIndex(tenant, indexKey);
        Map<Integer, List<LeafIndex>> leaves = new HashMap<>();
        for (Erasure erasure : erasures) {
            for (int generation = 0; generation <= erasure.throughGeneration(); generation++) {
                LeafIndex leaf = index.of(erasure.subject(), generation);
                leaves.computeIfAbsent(leaf.shard(), shard -> new ArrayList<>()).add(leaf);
            }
        }
        return leaves;
    }

    private Announcement announcement(Manifest manifest) {
        return new Announcement(
                manifest.tree(), manifest.revision(), manifest.previous(), manifest.digest(), clock.instant());
    }

    private <T> T alone(TreeId tree, Supplier<T> work) {
        try (FileChannel lock = folder.lock(tree)) {
            return work.get();
        } catch (IOException e) {
            throw new KeyTreeException(Code.UNWRITABLE, "the lock of tree " + tree + " could not be given back", e);
        }
    }
}
