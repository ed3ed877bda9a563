package io.sluice.protection.keytree;

import io.sluice.protection.keys.Kms;
import io.sluice.protection.keytree.KeyTreeException.Code;

/**
 * One revision of a tree's state, opened: its verified manifest and its store key. Shards are read, verified and opened
 * one at a time. Safe for several threads; its owner destroys it.
 */
final class Revision {
    private final TreeFolder folder;
    private final Manifest manifest;
    private final StoreKey storeKey;

    private Revision(TreeFolder folder, Manifest manifest, StoreKey storeKey) {
        this.folder = folder;
        this.manifest = manifest;
        this.storeKey = storeKey;
    }

    /**
     * Opens a revision.
     *
     * @throws KeyTreeException where files or KMS do not give it, or it was altered
     */
    static Revision open(TreeFolder folder, TreeId tree, long revision, Kms kms) {
        Manifest manifest = Manifest.decode(folder.manifest(tree, revision));
        if (!manifest.tree().equals(tree) || manifest.revision() != revision) {
            throw new KeyTreeException(
                    Code.FORGED,
                    "in the place of " + tree + " revision " + revision + " stands the manifest of " + manifest.tree()
                            + " revision " + manifest.revision());
        }
        StoreKey storeKey = StoreKey.unwrap(tree, revision, manifest.wrapped(), kms);
        try {
            manifest.verify(storeKey);
        } catch (KeyTreeException e) {
            storeKey.destroy();
            throw e;
        }
        return new Revision(folder, manifest, storeKey);
    }

    Manifest manifest() {
        return manifest;
    }

    /** A shard's nodes, the caller's to destroy. */
    NodeSet shard(int shard) {
        byte[] sealed =
                folder.shard(manifest.tree(), manifest.revision(), manifest.offset(shard), manifest.length(shard));
        manifest.verify(shard, sealed);
        return storeKey.openShard(shard, sealed);
    }

    void destroy() {
        storeKey.destroy();
    }
}
