package io.sluice.protection.keytree;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.protection.crypto.HmacSha256;
import io.sluice.protection.crypto.SecretBytes;
import io.sluice.protection.crypto.XaesGcm;
import io.sluice.protection.keys.Kms;
import io.sluice.protection.keys.Unwrapped;
import io.sluice.protection.keytree.KeyTreeException.Code;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The key of one revision of a tree's state, wrapped by a KMS key that wraps nothing else: destroying that one makes every
 * copy of the revision unreadable. It seals the shards and signs the manifest, under a key of its own for each.
 *
 * <p>A shard opens only under the tree, revision and number it was sealed with. Safe for several threads; its owner
 * destroys it.
 */
final class StoreKey {
    /** Longest wrapped store key. */
    static final int MAX_WRAPPED_BYTES = 512;

    private static final byte VERSION = 1;
    private static final int SEALED_AT = 1 + XaesGcm.NONCE_BYTES;
    private static final int OVERHEAD_BYTES = SEALED_AT + XaesGcm.TAG_BYTES;
    /** Longest sealed shard. */
    static final int MAX_SHARD_BYTES = NodeSet.MAX_BYTES + OVERHEAD_BYTES;

    private final TreeId tree;
    private final long revision;
    private final SecretBytes secret;
    private final SecretBytes shardKey;
    private final SecretBytes manifestKey;

    /** @param secret 32 bytes, taken over */
    StoreKey(TreeId tree, long revision, SecretBytes secret) {
        this.tree = tree;
        this.revision = revision;
        this.secret = secret;
        this.shardKey = derive("sluice key tree shards");
        this.manifestKey = derive("sluice key tree manifest");
    }

    static StoreKey random(TreeId tree, long revision, SecureRandom random) {
        return new StoreKey(tree, revision, SecretBytes.random(XaesGcm.KEY_BYTES, random));
    }

    /** @throws KeyTreeException {@code KEY_UNAVAILABLE}, or {@code FORGED} where the wrap is of something else */
    static StoreKey unwrap(TreeId tree, long revision, byte[] wrapped, Kms kms) {
        Unwrapped answer = kms.unwrap(tree.kmsKey(revision), wrapped, wrapBinding(tree, revision));
        if (answer instanceof Unwrapped.OutOfReach outage) {
            throw new KeyTreeException(
                    Code.KEY_UNAVAILABLE,
                    "the KMS could not be asked for the store key of " + tree + " revision " + revision,
                    outage.cause());
        }
        if (answer instanceof Unwrapped.Key key && key.secret().length() == XaesGcm.KEY_BYTES) {
            return new StoreKey(tree, revision, key.secret());
        }
        if (answer == Unwrapped.Refused.UNKNOWN_KEY) {
            throw new KeyTreeException(
                    Code.KEY_UNAVAILABLE,
                    "KMS key " + tree.kmsKey(revision)
                            + " does not exist, or was destroyed because a newer revision of " + tree + " exists");
        }
        throw new KeyTreeException(
                Code.FORGED, "the wrapped store key of " + tree + " revision " + revision + " does not open");
    }

    byte[] wrap(Kms kms) {
        return kms.wrap(tree.kmsKey(revision), secret, wrapBinding(tree, revision));
    }

    byte[] sealShard(int shard, NodeSet nodes, SecureRandom random) {
        byte[] plain = nodes.encode();
        try {
            byte[] nonce = new byte[XaesGcm.NONCE_BYTES];
            random.nextBytes(nonce);
            byte[] out = new byte[plain.length + OVERHEAD_BYTES];
            out[0] = VERSION;
            System.arraycopy(nonce, 0, out, 1, nonce.length);
            byte[] bound = shardBinding(shard);
            new XaesGcm(shardKey).seal(nonce, 0, bound, bound.length, plain, 0, plain.length, out, SEALED_AT);
            return out;
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** @throws KeyTreeException {@code FORGED} where the bytes are not this shard of this revision */
    NodeSet openShard(int shard, byte[] sealed) {
        byte[] plain = null;
        if (sealed.length > OVERHEAD_BYTES && sealed.length <= MAX_SHARD_BYTES && sealed[0] == VERSION) {
            byte[] bound = shardBinding(shard);
            plain = new XaesGcm(shardKey)
                    .open(sealed, 1, bound, bound.length, sealed, SEALED_AT, sealed.length - SEALED_AT);
        }
        if (plain == null) {
            throw new KeyTreeException(
                    Code.FORGED, "these bytes are not shard " + shard + " of " + tree + " revision " + revision);
        }
        try {
            return NodeSet.decode(shard, plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** The tag of a manifest's other bytes. */
    byte[] tag(byte[] manifest) {
        return new HmacSha256(manifestKey).of(manifest);
    }

    void destroy() {
        secret.destroy();
        shardKey.destroy();
        manifestKey.destroy();
    }

    @Override
    public String toString() {
        return "StoreKey[" + tree + "/" + revision + ", hidden]";
    }

    /** HKDF-Expand (RFC 5869), one block. */
    private SecretBytes derive(String info) {
        byte[] block = (info + "\u0001").getBytes(US_ASCII);
        byte[] derived = new HmacSha256(secret).of(block);
        try {
            return SecretBytes.copyOf(derived);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    private byte[] shardBinding(int shard) {
        return tree.binding("sluice-key-tree-shard", revision).u16(shard).toBytes();
    }

    private static byte[] wrapBinding(TreeId tree, long revision) {
        return tree.binding("sluice-key-tree-store-key", revision).toBytes();
    }
}
