package io.sluice.protection.keytree;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One revision of a tree in memory, with the shards and keys that were used lately. Safe for several threads; one
 * derivation per key at a time.
 */
final class LoadedTree {
    /** Most names of old keys that are compared with the id in a ciphertext of several subjects. */
    private static final int MAX_NAMES = 4_096;

    private final Revision revision;
    private final TreeId tree;
    private final SubjectIndex index;
    private final BooleanSupplier leased;
    private final Cache<Integer, NodeSet> shards;
    private final Cache<Owners, LeasedKey> keys;
    private volatile boolean closed;

    LoadedTree(Revision revision, KeyRing ring, RegistryLimits limits, LongSupplier nanoClock, BooleanSupplier leased) {
        this.revision = revision;
        this.tree = revision.manifest().tree();
        this.index = new SubjectIndex(tree.tenant(), indexKey(revision.manifest(), ring));
        this.leased = leased;
        this.shards = Caffeine.newBuilder()
                .maximumWeight(limits.maxNodeBytes())
                .weigher((Integer shard, NodeSet nodes) -> nodes.bytes())
                .removalListener(LoadedTree::dropNodes)
                .executor(Runnable::run)
                .build();
        this.keys = Caffeine.newBuilder()
                .maximumSize(limits.maxKeys())
                .expireAfterWrite(limits.keyLife())
                .ticker(nanoClock::getAsLong)
                .removalListener(LoadedTree::dropKey)
                .executor(Runnable::run)
                .build();
    }

    /** @throws KeyTreeException {@code KEY_UNAVAILABLE} where the ring lacks the key */
    static SecretBytes indexKey(Manifest manifest, KeyRing ring) {
        String name = manifest.tree().indexKey();
        try {
            return ring.find(manifest.indexKey())
                    .filter(key -> key.name().equals(name))
                    .map(RingKey::secret)
                    .orElseThrow(() -> new KeyTreeException(
                            Code.KEY_UNAVAILABLE, "the key ring has no key " + name + " of id " + manifest.indexKey()));
        } catch (KeyAccessException e) {
            throw new KeyTreeException(Code.KEY_UNAVAILABLE, "the key ring did not give " + name, e);
        }
    }

    /**
     * The key of the owners' generations in force: the lowest that were not punctured.
     *
     * @throws KeyTreeException where a shard cannot be read or was altered
     */
    KeyAnswer current(Owners owners) {
        LeasedKey key = keys.get(owners, this::derive);
        if (key == null) {
            return KeyAnswer.Refused.KEY_SHREDDED;
        }
        if (closed) { // between its derivation and its place in the cache
            key.wipe();
            return KeyAnswer.Refused.KEY_UNAVAILABLE;
        }
        return key;
    }

    /** The key of that id, which is the one in force or none; null where the id names no key of these owners here. */
    @Nullable
    KeyAnswer named(Owners owners, KeyId id) {
        KeyAnswer current = current(owners);
        if (current instanceof LeasedKey key && key.id().equals(id)) {
            return key;
        }
        if (current == KeyAnswer.Refused.KEY_UNAVAILABLE) {
            return current;
        }
        return isPast(owners, id) ? KeyAnswer.Refused.KEY_SHREDDED : null;
    }

    /** Drops keys that outlived their time. */
    void clean() {
        keys.cleanUp();
    }

    void close() {
        closed = true;
        keys.invalidateAll();
        shards.invalidateAll();
        revision.destroy();
    }

    private static void dropNodes(@Nullable Integer shard, @Nullable NodeSet nodes, RemovalCause cause) {
        if (nodes != null) {
            nodes.destroy();
        }
    }

    private static void dropKey(@Nullable Owners owners, @Nullable LeasedKey key, RemovalCause cause) {
        if (key != null) {
            key.wipe();
        }
    }

    /** The leaf of an owner's generation in force. */
    private record Living(int generation, LeafIndex leaf) {}

    private @Nullable LeasedKey derive(Owners owners) {
        List<Living> parts = new ArrayList<>();
        for (SubjectRef subject : owners.subjects()) {
            Living living = living(subject);
            if (living == null) {
                return null;
            }
            parts.add(living);
        }
        LeafName name =
                new LeafName(owners, parts.stream().map(Living::generation).toList());
        byte[] key = new byte[Ladder.SEED_BYTES];
        try {
            for (Living part : parts) {
                addPart(name, part.leaf(), key);
            }
            return new LeasedKey(name.id(tree), name, SecretBytes.copyOf(key), leased);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** The one owner's key, or the XOR of what each owner's key says of all: nobody can make it who lacks one of them. */
    private void addPart(LeafName name, LeafIndex leaf, byte[] key) {
        byte[] part = new byte[Ladder.SEED_BYTES];
        try {
            if (!inShard(leaf, nodes -> nodes.derive(leaf, part))) {
                throw new IllegalStateException("a leaf was punctured in a revision that never changes");
            }
            if (name.generations().size() > 1) {
                try (Ladder ladder = new Ladder()) {
                    ladder.joint(part, name.jointInfo());
                }
            }
            for (int i = 0; i < part.length; i++) {
                key[i] ^= part[i];
            }
        } finally {
            Arrays.fill(part, (byte) 0);
        }
    }

    /** The lowest generation that was not punctured; null where all were. */
    private @Nullable Living living(SubjectRef subject) {
        for (int generation = 0; generation <= SubjectIndex.MAX_GENERATION; generation++) {
            LeafIndex leaf = index.of(subject, generation);
            if (!inShard(leaf, nodes -> nodes.isPunctured(leaf))) {
                return new Living(generation, leaf);
            }
        }
        return null;
    }

    private boolean inShard(LeafIndex leaf, Predicate<NodeSet> question) {
        while (true) {
            NodeSet nodes = shards.get(leaf.shard(), this::load);
            if (closed) {
                nodes.destroy();
                throw over(null);
            }
            synchronized (nodes) { // else its eviction could destroy it between the look and the use
                if (!nodes.isDestroyed()) {
                    return question.test(nodes);
                }
            }
        }
    }

    private NodeSet load(int shard) {
        try {
            return revision.shard(shard);
        } catch (IllegalStateException e) {
            throw closed ? over(e) : e; // the store key was destroyed under our hands
        }
    }

    private KeyTreeException over(@Nullable Throwable cause) {
        return new KeyTreeException(Code.KEY_UNAVAILABLE, "the lease of tree " + tree + " is over", cause);
    }

    private boolean isPast(Owners owners, KeyId id) {
        List<List<Integer>> past = List.of(List.of());
        for (SubjectRef subject : owners.subjects()) {
            Living living = living(subject);
            int last = living == null ? SubjectIndex.MAX_GENERATION : living.generation();
            List<List<Integer>> longer = new ArrayList<>();
            for (List<Integer> start : past) {
                for (int generation = 0; generation <= last && longer.size() < MAX_NAMES; generation++) {
                    List<Integer> one = new ArrayList<>(start);
                    one.add(generation);
                    longer.add(one);
                }
            }
            past = longer;
        }
        return past.stream()
                .anyMatch(generations ->
                        new LeafName(owners, generations).id(tree).equals(id));
    }
}
